package org.postern.entrance;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postern.entrance.Response.Item;
import org.postern.net.HostLookup;

/// The beginning of a session at the clinic's server: who it is, by its certificate and its own
/// word, and then who comes. What is said behind that others know. Whatever fails here, it must be
/// closed; it belongs to one thread.
public final class Entrance implements Closeable {
    /// From the connection until somebody is logged in, for whoever is let in.
    public static final Duration TIME = Duration.ofSeconds(10);

    /// Things that a server says of itself, in all answers to one command.
    private static final int SAID_MAX = 500;

    /// Octets of all of them.
    private static final int SAID_OCTETS_MAX = 64 * 1_024;

    private final Where where;
    private final Wire wire;
    private final Exchange exchange;

    private Entrance(Where where, Wire wire) {
        this.where = where;
        this.wire = wire;
        this.exchange = new Exchange(wire);
    }

    /// Connects.
    ///
    /// @param time for all that is said here
    /// @throws UpstreamException if it is not reached
    public static Entrance to(Where where, HostLookup lookup, Duration time)
            throws UpstreamException {
        Entrance entrance = new Entrance(where, where.connect(lookup));
        entrance.wire.within(time);
        return entrance;
    }

    /// What a server says of itself before anybody logs in.
    ///
    /// @param name of the program, as ID tells it; empty where it does not
    /// @param revisions of IMAP
    public record Self(String name, List<String> revisions) {}

    /// Asks it what it is. Nobody logs in.
    ///
    /// @throws UpstreamException if it is not proved, or takes no log-ins
    public Self self() throws UpstreamException {
        List<String> capabilities = greeted();
        String name = capabilities.contains("ID") ? name() : "";
        wire.rest();
        return new Self(name, capabilities.stream().filter(it -> it.startsWith("IMAP4")).toList());
    }

    /// RFC 2971.
    private String name() throws UpstreamException {
        List<Item> said = new ArrayList<>();
        exchange.ask(
                "ID NIL",
                response -> {
                    if (response instanceof Response.Named(String word, List<Item> items)
                            && word.equals("ID")) {
                        if (!said.isEmpty()) {
                            throw new UpstreamException("it says twice who it is");
                        }
                        said.addAll(items);
                        return true;
                    }
                    return false;
                });
        if (said.isEmpty() || !(said.getFirst() instanceof Item.Group(List<Item> pairs))) {
            return "";
        }
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            if (pairs.get(i) instanceof Item.Text(String field)
                    && field.equalsIgnoreCase("name")
                    && pairs.get(i + 1) instanceof Item.Text(String name)) {
                return name;
            }
        }
        return "";
    }

    /// Up to where a log-in may begin.
    ///
    /// @return what it offers, in upper case
    private List<String> greeted() throws UpstreamException {
        if (where.tls() == Where.Tls.IMPLICIT) {
            wire.secure(where.host(), where.proof());
        }
        if (!(exchange.next() instanceof Response.Told(String status, _)) || !status.equals("OK")) {
            throw new UpstreamException("it does not greet as a server that takes log-ins");
        }
        if (where.tls() == Where.Tls.STARTTLS) {
            exchange.ask("STARTTLS", Exchange.Visitor.NONE);
            wire.secure(where.host(), where.proof());
        }
        List<String> capabilities = new ArrayList<>();
        exchange.ask(
                "CAPABILITY",
                response -> {
                    if (response instanceof Response.Named(String word, List<Item> items)
                            && word.equals("CAPABILITY")) {
                        for (Item item : items) {
                            add(word(item).toUpperCase(Locale.ROOT), capabilities);
                        }
                        return true;
                    }
                    return false;
                });
        if (!capabilities.contains("AUTH=PLAIN")) {
            throw new UpstreamException("it does not offer AUTH=PLAIN");
        }
        return capabilities;
    }

    /// Whoever may repeat an answer could fill the memory with it.
    private static void add(String word, List<String> said) throws UpstreamException {
        int octets = said.stream().mapToInt(String::length).sum();
        if (said.size() == SAID_MAX || octets + word.length() > SAID_OCTETS_MAX) {
            throw new UpstreamException("it says more of itself than it should");
        }
        said.add(word);
    }

    private static String word(Item item) {
        return item instanceof Item.Word(String text) ? text : "";
    }

    /// What a server says to a password.
    public sealed interface Verdict {
        /// It is right, and the session goes on.
        record In() implements Verdict {}

        /// It is wrong.
        record Refused() implements Verdict {}

        /// A BAD, or the end of the session without a reason that is for now: some servers answer a
        /// wrong password so.
        record Unclear() implements Verdict {}

        /// It says nothing of the password.
        ///
        /// @param needsSomebody whether an administrator must look first
        record NotNow(boolean needsSomebody) implements Verdict {}
    }

    /// A name with its password.
    @FunctionalInterface
    public interface Secret {
        /// @return the message of SASL PLAIN in base64 (RFC 4616 §2); it is overwritten
        byte[] message() throws UpstreamException;
    }

    /// Says who comes.
    ///
    /// @param secret asked for once the server has proved its name and waits for it, and not before
    /// @throws UpstreamException if it is not proved, takes no log-ins, or gives no answer
    public Verdict logsIn(Secret secret) throws UpstreamException {
        List<String> _ = greeted();
        String tag = exchange.begin("AUTHENTICATE PLAIN");
        if (!(exchange.next() instanceof Response.GoOn)) {
            throw new UpstreamException("it does not take a log-in");
        }
        wire.sayOnce(secret.message());
        Response.Tagged last;
        try {
            last = exchange.end(tag, Wanted.NOTHING, Exchange.Visitor.NONE, 0);
        } catch (UpstreamException e) {
            if (e.isDismissal()) {
                return new Verdict.Unclear();
            }
            if (e.isNotNow()) {
                return new Verdict.NotNow(e.needsSomebody());
            }
            throw e;
        }
        wire.rest();
        if (last.status().equals("OK")) {
            return new Verdict.In();
        }
        if (Codes.isForNow(last.text())) {
            return new Verdict.NotNow(Codes.needsSomebody(last.text()));
        }
        return last.status().equals("NO") ? new Verdict.Refused() : new Verdict.Unclear();
    }

    /// What is said from now on.
    public Exchange exchange() {
        return exchange;
    }

    /// Takes leave: RFC 9051 §6.1.3. The answer is not awaited.
    public void leave() throws UpstreamException {
        String _ = exchange.begin("LOGOUT");
    }

    /// Hangs up; nothing is said any more.
    @Override
    public void close() {
        wire.close();
    }
}
