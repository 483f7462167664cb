package org.postern.upstream;

import java.io.Closeable;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.entrance.Codes;
import org.postern.entrance.Entrance;
import org.postern.entrance.Exchange;
import org.postern.entrance.Response;
import org.postern.entrance.Response.Item;
import org.postern.entrance.UpstreamException;
import org.postern.entrance.Wanted;
import org.postern.entrance.Where;
import org.postern.net.HostLookup;

/// One connection to the clinic's own IMAP server, as the one who has logged in: RFC 9051. It has
/// no command that changes anything there; folders are opened by EXAMINE, and octets are asked for
/// by PEEK.
///
/// After any failure the connection is of no further use and must be closed. It belongs to one
/// thread at a time.
public final class UpstreamClient implements Closeable {
    /// For the list of folders: who asks for it waits for the secure ones as well.
    static final Duration LISTING = Duration.ofSeconds(10);

    /// Messages of one folder.
    public static final int MESSAGES_MAX = 100_000;

    /// Folders of one person; those behind them are not shown.
    public static final int FOLDERS_MAX = 1_000;

    /// Folders that a server may name in one answer.
    private static final int NAMED_MAX = 20 * FOLDERS_MAX;

    /// RFC 9051 §9, `nz-number`.
    static final long NUMBER_MAX = (1L << 32) - 1;

    /// Octets of a header section; of a longer one the rest is not asked for.
    public static final int HEADER_OCTETS_MAX = 256 * 1_024;

    private final Entrance entrance;
    private final Exchange exchange;
    private final FolderHearing hearing = new FolderHearing();

    /// A folder that was opened.
    ///
    /// @param validity UIDVALIDITY
    /// @param next UIDNEXT; 0 where it was not said
    public record Opened(long validity, long next) {}

    /// How a folder stands.
    ///
    /// @param validity UIDVALIDITY
    /// @param next UIDNEXT
    public record Standing(int messages, int unseen, long validity, long next) {}

    private UpstreamClient(Entrance entrance) {
        this.entrance = entrance;
        this.exchange = entrance.exchange();
        exchange.tell(hearing);
    }

    /// What came of a log-in.
    sealed interface Entry {
        /// @param client to be closed by whoever has it
        record In(UpstreamClient client) implements Entry {}

        /// Whoever tried the password again and again would lock the account, or the address of the
        /// gateway, out.
        record Refused() implements Entry {}

        /// The server is there, and says nothing of the password.
        ///
        /// @param needsSomebody whether an administrator must look first
        record NotNow(boolean needsSomebody) implements Entry {}
    }

    /// Logs in. The password goes to a server that has proved its name, and to no other.
    ///
    /// @throws UpstreamException if it is not reached, not proved, or gives no answer
    static Entry open(Where server, HostLookup lookup, Credentials credentials)
            throws UpstreamException {
        Entrance entrance = Entrance.to(server, lookup, Entrance.TIME);
        boolean in = false;
        try {
            Entrance.Verdict verdict = entrance.logsIn(credentials::message);
            Entry entry =
                    switch (verdict) {
                        case Entrance.Verdict.In() -> new Entry.In(new UpstreamClient(entrance));
                        // Doubt must not be asked again either.
                        case Entrance.Verdict.Refused(), Entrance.Verdict.Unclear() ->
                                new Entry.Refused();
                        case Entrance.Verdict.NotNow(boolean needsSomebody) ->
                                new Entry.NotNow(needsSomebody);
                    };
            in = entry instanceof Entry.In;
            return entry;
        } finally {
            if (!in) {
                entrance.close();
            }
        }
    }

    /// The folders there, in its order, as many as can be shown: RFC 9051 §6.3.9.
    ///
    /// @throws UpstreamException that is lasting if the server refuses to list them, or lists them
    ///   as nobody can read
    public List<RemoteFolder> list() throws UpstreamException {
        List<RemoteFolder> all = new ArrayList<>();
        Response.Tagged last;
        try {
            last =
                    exchange.answer(
                            "LIST \"\" \"*\"",
                            new Exchange.Patience(LISTING, NAMED_MAX),
                            response -> isListed(response, all));
        } catch (UpstreamException e) {
            throw e.isWrong() ? UpstreamException.lasting(String.valueOf(e.getMessage())) : e;
        }
        if (last.status().equals("OK")) {
            return all;
        }
        throw Codes.isForNow(last.text())
                ? new UpstreamException("it cannot list its folders now")
                : UpstreamException.lasting("it refuses to list its folders");
    }

    private static boolean isListed(Response response, List<RemoteFolder> all) {
        if (!(response instanceof Response.Named(String word, List<Item> items))
                || !word.equals("LIST")) {
            return false;
        }
        if (all.size() < FOLDERS_MAX) {
            RemoteFolder.read(items).ifPresent(all::add);
        }
        return true;
    }

    /// Opens a folder to look at it: RFC 9051 §6.3.3. What the server says of it goes to `heard`
    /// from now on.
    ///
    /// @param name as LIST has told it
    /// @return empty if the server refuses to open it, for example because it is gone; then none is
    ///   open
    public Optional<Opened> examine(String name, FolderEvents heard) throws UpstreamException {
        long[] said = new long[2];
        hearing.tellNobody();
        Response.Tagged last =
                exchange.answer(
                        "EXAMINE " + quoted(name),
                        Exchange.Patience.USUAL,
                        response -> opening(response, heard, said));
        if (!isGranted(last)) {
            hearing.tellNobody();
            return Optional.empty();
        }
        hearing.tell(heard);
        if (said[0] == 0) {
            throw new UpstreamException("it does not say which UIDs hold");
        }
        return Optional.of(new Opened(said[0], said[1]));
    }

    private static boolean isGranted(Response.Tagged last) throws UpstreamException {
        boolean refused = last.status().equals("NO") && !Codes.isForNow(last.text());
        if (!refused && !last.status().equals("OK")) {
            throw new UpstreamException("it cannot say now what is in a folder");
        }
        return !refused;
    }

    /// How a folder stands, without opening it: RFC 9051 §6.3.11.
    ///
    /// @param name as LIST has told it
    /// @return empty if the server refuses, for example because it is gone
    public Optional<Standing> status(String name) throws UpstreamException {
        List<Standing> said = new ArrayList<>();
        Response.Tagged last =
                exchange.answer(
                        "STATUS " + quoted(name) + " (MESSAGES UNSEEN UIDVALIDITY UIDNEXT)",
                        Exchange.Patience.USUAL,
                        response -> {
                            if (response instanceof Response.Named(String word, List<Item> items)
                                    && word.equals("STATUS")) {
                                said.add(StatusReader.read(items));
                                return true;
                            }
                            return false;
                        });
        if (!isGranted(last)) {
            return Optional.empty();
        }
        if (said.isEmpty()) {
            throw new UpstreamException("it does not say how a folder stands");
        }
        return Optional.of(said.getLast());
    }

    /// Before anything is said of the folder there may come what is of the one before.
    ///
    /// @param said UIDVALIDITY and UIDNEXT, once they are
    private boolean opening(Response response, FolderEvents heard, long[] said) {
        boolean begins =
                switch (response) {
                    case Response.Named(String word, _) -> word.equals("FLAGS");
                    case Response.Numbered(_, String word, _) -> word.equals("EXISTS");
                    case Response.Told told -> code(told.text(), "UIDVALIDITY") > 0;
                    case Response.GoOn _, Response.Tagged _ -> false;
                };
        if (begins) {
            hearing.tell(heard);
        }
        if (response instanceof Response.Told(_, String text)) {
            said[0] = Math.max(said[0], code(text, "UIDVALIDITY"));
            said[1] = Math.max(said[1], code(text, "UIDNEXT"));
            return true;
        }
        return false;
    }

    /// The number of a response code; 0 if there is none.
    private static long code(String text, String name) {
        String begin = "[" + name + " ";
        int end = text.indexOf(']');
        if (end < 0 || !text.regionMatches(true, 0, begin, 0, begin.length())) {
            return 0;
        }
        String digits = text.substring(begin.length(), end).strip();
        boolean number =
                !digits.isEmpty()
                        && digits.length() <= 10
                        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        long value = number ? Long.parseLong(digits) : 0;
        return value <= NUMBER_MAX ? value : 0;
    }

    private static String quoted(String name) {
        return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// Lets the server say what is new.
    public void noop() throws UpstreamException {
        exchange.ask("NOOP", Exchange.Patience.USUAL, Wanted.NOTHING, Exchange.Visitor.NONE);
    }

    /// UIDs and flags of all messages from a UID on go to the listener of the folder.
    ///
    /// @param most how many there are
    public void flags(long first, int most) throws UpstreamException {
        exchange.ask(
                "UID FETCH " + first + ":* (UID FLAGS)",
                new Exchange.Patience(Exchange.LONG_ANSWER, 2 * most),
                Wanted.NOTHING,
                Exchange.Visitor.NONE);
    }

    /// Hands what is said of the open folder to another listener from now on.
    public void hear(FolderEvents heard) {
        hearing.tell(heard);
    }

    /// Sizes of all messages, by UID, as they lie there.
    ///
    /// @param most how many there are
    public Map<Integer, Long> sizes(int most) throws UpstreamException {
        Map<Integer, Long> sizes = new HashMap<>();
        exchange.ask(
                "UID FETCH 1:* (UID RFC822.SIZE)",
                new Exchange.Patience(Exchange.LONG_ANSWER, most),
                Wanted.NOTHING,
                response -> {
                    Fetched each = fetched(response);
                    Integer uid = each == null ? null : each.uid();
                    Long octets = each == null ? null : each.octets();
                    if (uid != null && octets != null) {
                        sizes.put(uid, octets);
                    }
                    return each != null && each.flags() == null;
                });
        return sizes;
    }

    /// Sizes, dates and header sections of some messages.
    ///
    /// @param uids those that are gone are left out
    public List<Fetched> heads(int[] uids) throws UpstreamException {
        List<Fetched> all = new ArrayList<>();
        String items =
                " (UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.%d>)"
                        .formatted(HEADER_OCTETS_MAX);
        exchange.ask(
                "UID FETCH " + set(uids) + items,
                new Exchange.Patience(Exchange.LONG_ANSWER, uids.length),
                new Wanted(FetchReader.HEADER, HEADER_OCTETS_MAX, null),
                response -> {
                    Fetched each = fetched(response);
                    if (each == null || each.header() == null) {
                        return false;
                    }
                    Integer uid = each.uid();
                    if (uid == null
                            || Arrays.binarySearch(uids, uid) < 0
                            || all.size() == uids.length) {
                        throw new UpstreamException("it sends what was not asked for");
                    }
                    all.add(each);
                    // Its flags may be news.
                    return each.flags() == null;
                });
        return all;
    }

    private static @Nullable Fetched fetched(Response response) throws UpstreamException {
        return response instanceof Response.Numbered(long number, String word, List<Item> items)
                        && word.equals("FETCH")
                ? FetchReader.read(FolderHearing.count(number), items)
                : null;
    }

    private static String set(int[] uids) {
        StringBuilder set = new StringBuilder();
        for (int uid : uids) {
            set.append(set.isEmpty() ? "" : ",").append(uid);
        }
        return set.toString();
    }

    /// Copies the octets of one message.
    ///
    /// @param octetsMax more of them end the connection
    /// @return whether it is there
    public boolean letter(int uid, long octetsMax, OutputStream out) throws UpstreamException {
        boolean[] found = new boolean[1];
        exchange.ask(
                "UID FETCH " + uid + " (UID BODY.PEEK[])",
                new Exchange.Patience(Exchange.LONG_ANSWER, 1),
                new Wanted(FetchReader.LETTER, octetsMax, out),
                response -> {
                    if (!(response
                                    instanceof
                                    Response.Numbered(long number, String word, List<Item> items)
                            && word.equals("FETCH")
                            && FetchReader.holdsLetter(items))) {
                        return false;
                    }
                    Fetched fetched = FetchReader.read(FolderHearing.count(number), items);
                    Integer its = fetched.uid();
                    if (found[0] || its == null || its != uid) {
                        throw new UpstreamException("it sends what was not asked for");
                    }
                    found[0] = true;
                    if (fetched.flags() != null) {
                        // They are news.
                        hearing.hear(response);
                    }
                    return true;
                });
        return found[0];
    }

    /// Hangs up; nothing is said any more.
    @Override
    public void close() {
        entrance.close();
    }
}
