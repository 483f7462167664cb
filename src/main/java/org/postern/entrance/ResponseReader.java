package org.postern.entrance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postern.entrance.Response.Item;

/// Reads the responses of a server that may say anything: whatever is longer, deeper or other than
/// it must be ends the connection.
final class ResponseReader {
    /// Of one response, without what was asked for.
    private static final int RESPONSE_OCTETS_MAX = 64 * 1_024;

    /// Of a literal that stands for a name.
    private static final int NAME_OCTETS_MAX = 1_000;

    private static final int DEPTH_MAX = 8;
    private static final int DIGITS_MAX = 10;

    private static final Set<String> STATUSES = Set.of("OK", "NO", "BAD", "BYE", "PREAUTH");

    private final Wire in;
    private Wanted wanted = Wanted.NOTHING;
    private boolean sunk;
    private int octets;

    /// Read already; negative for none.
    private int ahead = -1;

    ResponseReader(Wire in) {
        this.in = in;
    }

    /// @throws UpstreamException if it is none
    /// @throws IOException if what was wanted cannot be kept
    Response next(Wanted asked) throws IOException {
        octets = 0;
        wanted = asked;
        sunk = false;
        String first = word();
        if (first.equals("+")) {
            line();
            return new Response.GoOn();
        }
        space();
        String word = word().toUpperCase(Locale.ROOT);
        if (!first.equals("*")) {
            return new Response.Tagged(first, word, line());
        }
        if (STATUSES.contains(word)) {
            return new Response.Told(word, line());
        }
        if (!word.isEmpty() && word.chars().allMatch(c -> c >= '0' && c <= '9')) {
            long number = number(word);
            space();
            String kind = word().toUpperCase(Locale.ROOT);
            return new Response.Numbered(number, kind, items(0));
        }
        return new Response.Named(word, items(0));
    }

    /// Whether the last response held what went where it was wanted.
    boolean hasSunk() {
        return sunk;
    }

    private static long number(String digits) throws UpstreamException {
        if (digits.isEmpty() || digits.length() > DIGITS_MAX) {
            throw malformed();
        }
        return Long.parseLong(digits);
    }

    private static UpstreamException malformed() {
        return UpstreamException.wrong("it says what is no response");
    }

    private int take() throws UpstreamException {
        int octet = peek();
        ahead = -1;
        reckon(1);
        return octet;
    }

    private void reckon(long more) throws UpstreamException {
        if (more > RESPONSE_OCTETS_MAX - octets) {
            throw UpstreamException.wrong("it says more than it should");
        }
        octets += (int) more;
    }

    private int peek() throws UpstreamException {
        if (ahead < 0) {
            ahead = in.read();
        }
        return ahead;
    }

    private void space() throws UpstreamException {
        if (take() != ' ') {
            throw malformed();
        }
    }

    private void lineEnd() throws UpstreamException {
        int octet = take();
        if (octet == '\r') {
            octet = take();
        }
        if (octet != '\n') {
            throw malformed();
        }
    }

    /// The rest of the line.
    private String line() throws UpstreamException {
        StringBuilder text = new StringBuilder();
        while (peek() != '\r' && peek() != '\n') {
            text.append((char) take());
        }
        lineEnd();
        return text.toString().strip();
    }

    /// Up to what ends an atom; brackets of a section belong to it.
    private String word() throws UpstreamException {
        StringBuilder word = new StringBuilder();
        while (" ()\r\n\"{".indexOf(peek()) < 0) {
            word.append((char) take());
        }
        return word.toString();
    }

    /// Until the line, or the group, ends.
    private List<Item> items(int depth) throws IOException {
        List<Item> items = new ArrayList<>();
        while (true) {
            switch (peek()) {
                case ' ' -> take();
                case '\r', '\n' -> {
                    if (depth > 0) {
                        throw malformed();
                    }
                    lineEnd();
                    return items;
                }
                case ')' -> {
                    if (depth == 0) {
                        throw malformed();
                    }
                    take();
                    return items;
                }
                case '(' -> {
                    if (depth == DEPTH_MAX) {
                        throw malformed();
                    }
                    take();
                    items.add(new Item.Group(items(depth + 1)));
                }
                case '"' -> items.add(string(items));
                case '{' -> items.add(literal(items));
                default -> items.add(new Item.Word(word()));
            }
        }
    }

    private String quoted() throws UpstreamException {
        take();
        StringBuilder text = new StringBuilder();
        while (peek() != '"') {
            int octet = take();
            if (octet == '\\') {
                octet = take();
            }
            if (octet == '\r' || octet == '\n') {
                throw malformed();
            }
            text.append((char) octet);
        }
        take();
        return text.toString();
    }

    private Item string(List<Item> before) throws IOException {
        String text = quoted();
        Wanted asked = asked(before);
        OutputStream sink = asked.sink();
        if (sink == null) {
            return new Item.Text(text);
        }
        if (text.length() > asked.octetsMax()) {
            throw tooMuch();
        }
        sink.write(text.getBytes(ISO_8859_1));
        sunk = true;
        return new Item.Taken(text.length());
    }

    /// What was asked for under the name that was read last, which comes once in a response.
    private Wanted asked(List<Item> before) {
        boolean asked =
                !before.isEmpty()
                        && before.getLast() instanceof Item.Word(String name)
                        && name.equalsIgnoreCase(wanted.section());
        if (!asked) {
            return Wanted.NOTHING;
        }
        Wanted now = wanted;
        wanted = Wanted.NOTHING;
        return now;
    }

    private static UpstreamException tooMuch() {
        return UpstreamException.wrong("it sends more octets than were asked for");
    }

    private Item literal(List<Item> before) throws IOException {
        take();
        StringBuilder digits = new StringBuilder();
        while (peek() >= '0' && peek() <= '9' && digits.length() <= DIGITS_MAX) {
            digits.append((char) take());
        }
        if (take() != '}') {
            throw malformed();
        }
        lineEnd();
        long count = number(digits.toString());
        Wanted asked = asked(before);
        if (asked.equals(Wanted.NOTHING)) {
            if (count > NAME_OCTETS_MAX) {
                throw tooMuch();
            }
            reckon(count);
        } else if (count > asked.octetsMax()) {
            throw tooMuch();
        }
        OutputStream sink = asked.sink();
        if (sink != null) {
            sunk = true;
            in.read(count, sink);
            return new Item.Taken(count);
        }
        ByteArrayOutputStream kept = new ByteArrayOutputStream(Math.toIntExact(count));
        in.read(count, kept);
        return new Item.Text(kept.toString(ISO_8859_1));
    }
}
