package org.postern.outline;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The addresses of a header field as ENVELOPE shows them: RFC 3501 §7.4.2. Names stay as they are
/// written, encoded words included; whatever stands there gives some list, in linear time.
public final class AddressList {
    /// A mailbox in a domain that is not named. `NIL` would mean a group.
    private static final String NO_HOST = "";

    private static final int ENTRIES_MAX = 1_000;

    private final String text;
    private final List<String> entries = new ArrayList<>();
    private final List<String> mailboxes = new ArrayList<>();
    private int at;
    private boolean inGroup;
    private String comment = "";

    private AddressList(String text) {
        this.text = text;
    }

    /// @param body unfolded
    /// @return `NIL` if there is no address
    static String of(String body) {
        AddressList list = new AddressList(body);
        list.read(ENTRIES_MAX);
        return list.entries.isEmpty() ? "NIL" : "(" + String.join("", list.entries) + ")";
    }

    /// What sorts a message: RFC 5256 §3, the addr-mailbox of the first address.
    ///
    /// @param body unfolded
    /// @return empty if there is none
    public static String firstMailbox(String body) {
        AddressList list = new AddressList(body);
        list.read(1);
        return list.mailboxes.isEmpty() ? "" : list.mailboxes.getFirst();
    }

    private void read(int most) {
        while (at < text.length() && entries.size() < most) {
            mailbox();
            if (at < text.length()) {
                char c = text.charAt(at);
                if (c == ';' && inGroup) {
                    endGroup();
                }
                at++;
            }
        }
        if (inGroup) {
            endGroup();
        }
    }

    private void endGroup() {
        inGroup = false;
        add(null, null, null, null);
    }

    private void add(
            @Nullable String name,
            @Nullable String route,
            @Nullable String mailbox,
            @Nullable String host) {
        mailboxes.add(mailbox == null ? "" : mailbox);
        entries.add(
                "(%s %s %s %s)"
                        .formatted(
                                Strings.nstring(name),
                                Strings.nstring(route),
                                Strings.nstring(mailbox),
                                Strings.nstring(host)));
    }

    /// Up to a comma or semicolon, which stays, or to the colon of a group.
    private void mailbox() {
        comment = "";
        String phrase = words(",;:<@");
        char stop = peek();
        if (stop == '@') {
            at++;
            String host = domain(",;<");
            if (peek() == '<') {
                angle(phrase + "@" + host);
            } else {
                add(comment.isEmpty() ? null : comment, null, unspaced(phrase), host);
            }
        } else if (stop == '<') {
            angle(phrase);
        } else if (stop == ':' && !inGroup) {
            at++;
            inGroup = true;
            add(null, null, phrase, null);
            if (peekPastSpace() != ';') {
                mailbox();
            } else {
                words(",;");
            }
        } else if (!phrase.isEmpty()) {
            add(comment.isEmpty() ? null : comment, null, unspaced(phrase), NO_HOST);
            skipTo(",;");
        } else if (stop == ':') {
            at++;
        }
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private char peekPastSpace() {
        int next = at;
        while (next < text.length() && isWhite(text.charAt(next))) {
            next++;
        }
        return next < text.length() ? text.charAt(next) : 0;
    }

    private void skipTo(String stops) {
        while (at < text.length() && stops.indexOf(text.charAt(at)) < 0) {
            at++;
        }
    }

    /// `<@route:local@domain>`
    private void angle(String name) {
        at++;
        String route = null;
        if (peekPastSpace() == '@') {
            int begin = at;
            skipTo(":>");
            if (peek() == ':') {
                route = text.substring(begin, at).strip();
                at++;
            } else {
                at = begin;
            }
        }
        String local = words("@>");
        String host = NO_HOST;
        if (peek() == '@') {
            at++;
            host = domain(">");
        }
        skipTo(">");
        if (at < text.length()) {
            at++;
        }
        skipTo(",;");
        add(name.isEmpty() ? null : name, route, unspaced(local), host);
    }

    /// Words up to one of the stops, with one blank where white space was. Quoted strings lose
    /// their marks, comments are put aside.
    private String words(String stops) {
        StringBuilder words = new StringBuilder();
        boolean gap = false;
        while (at < text.length() && stops.indexOf(text.charAt(at)) < 0) {
            char c = text.charAt(at);
            if (isWhite(c)) {
                gap = true;
                at++;
                continue;
            }
            if (c == '(') {
                comment = comment();
                gap = true;
                continue;
            }
            if (gap && !words.isEmpty()) {
                words.append(' ');
            }
            gap = false;
            if (c == '"') {
                quoted(words);
            } else {
                words.append(c);
                at++;
            }
        }
        return words.toString();
    }

    private String domain(String stops) {
        return unspaced(words(stops));
    }

    /// White space and comments around the dots of an address mean nothing: RFC 5322 §4.4.
    private static String unspaced(String words) {
        return words.indexOf(' ') < 0 ? words : words.replaceAll(" ?\\. ?", ".");
    }

    private void quoted(StringBuilder words) {
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            words.append(text.charAt(at));
            at++;
        }
        at = Math.min(at + 1, text.length());
    }

    private String comment() {
        StringBuilder inside = new StringBuilder();
        int depth = 0;
        do {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                at++;
                inside.append(text.charAt(at));
            } else if (c == '(') {
                if (depth++ > 0) {
                    inside.append(c);
                }
            } else if (c == ')') {
                if (--depth > 0) {
                    inside.append(c);
                }
            } else {
                inside.append(c);
            }
            at++;
        } while (at < text.length() && depth > 0);
        return inside.toString();
    }

    private static boolean isWhite(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }
}
