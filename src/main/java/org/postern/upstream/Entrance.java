package org.postern.upstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.postern.sasl.ImapLogin;
import org.postern.sasl.MailServer;
import org.postern.sasl.Plain;
import org.postern.upstream.Response.Item;

/// The beginning of a session at the clinic's server: who it is, by its certificate and its own
/// word, and then who comes. RFC 9051 §6.1, §6.2. Whatever fails here, the connection must be
/// closed.
final class Entrance {
    /// From the connection until somebody is logged in.
    static final Duration LOGIN = Duration.ofSeconds(10);

    /// Things that a server says of itself, in all answers to one command.
    private static final int SAID_MAX = 500;

    /// Octets of all of them.
    private static final int SAID_OCTETS_MAX = 64 * 1_024;

    private static final Pattern NEEDS_SOMEBODY =
            Pattern.compile("\\[CONTACTADMIN\\b", Pattern.CASE_INSENSITIVE);

    private final Wire wire;
    private final Exchange exchange;

    Entrance(Wire wire, Exchange exchange) {
        this.wire = wire;
        this.exchange = exchange;
    }

    /// What the server says of itself before anybody logs in.
    UpstreamClient.Self self(MailServer.Server server) throws UpstreamException {
        List<String> capabilities = greeted(server);
        String name = capabilities.contains("ID") ? name() : "";
        wire.rest();
        return new UpstreamClient.Self(
                name, capabilities.stream().filter(it -> it.startsWith("IMAP4")).toList());
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
    private List<String> greeted(MailServer.Server server) throws UpstreamException {
        wire.within(LOGIN);
        if (server.tls() == MailServer.Tls.IMPLICIT) {
            wire.secure(server.host(), server.proof());
        }
        if (!(exchange.next() instanceof Response.Told(String status, _)) || !status.equals("OK")) {
            throw new UpstreamException("it does not greet as a server that takes log-ins");
        }
        if (server.tls() == MailServer.Tls.STARTTLS) {
            exchange.ask("STARTTLS", Exchange.Visitor.NONE);
            wire.secure(server.host(), server.proof());
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

    /// What a server says to a password.
    sealed interface Verdict {
        record In() implements Verdict {}

        /// Asked again it would say the same, and count another guess.
        record Refused() implements Verdict {}

        /// It says nothing of the password.
        ///
        /// @param needsSomebody whether an administrator must look first
        record NotNow(boolean needsSomebody) implements Verdict {}
    }

    /// Says who comes.
    ///
    /// @throws UpstreamException if there was no answer, or none that is one
    Verdict logsIn(MailServer.Server server, Credentials credentials) throws UpstreamException {
        List<String> _ = greeted(server);
        String tag = exchange.begin("AUTHENTICATE PLAIN");
        if (!(exchange.next() instanceof Response.GoOn)) {
            throw new UpstreamException("it does not take a log-in");
        }
        char[] secret = credentials.secret();
        try {
            wire.sayOnce(Plain.octets(credentials.user(), secret));
        } finally {
            Arrays.fill(secret, '\0');
        }
        Verdict verdict = verdict(tag);
        credentials.answered();
        return verdict;
    }

    private Verdict verdict(String tag) throws UpstreamException {
        Response.Tagged last;
        try {
            last = exchange.end(tag, Wanted.NOTHING, Exchange.Visitor.NONE, 0);
        } catch (UpstreamException e) {
            if (e.isDismissal()) {
                return new Verdict.Refused();
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
        return ImapLogin.isForNow(last.text())
                ? new Verdict.NotNow(needsSomebody(last.text()))
                : new Verdict.Refused();
    }

    /// Whether an administrator must look: RFC 5530 §3.
    ///
    /// @param text of a NO or a BYE, with its response code
    static boolean needsSomebody(String text) {
        return NEEDS_SOMEBODY.matcher(text).find();
    }

    private static String word(Item item) {
        return item instanceof Item.Word(String text) ? text : "";
    }
}
