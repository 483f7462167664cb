package org.postern.fuzz;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where commands may begin in what a client says: RFC 3501 §2.2.1 and §4.3, RFC 7888. Written for
/// the fuzzer alone, so that the product's reading of literals is judged by another one.
///
/// Behind `{n}` the server may have asked for the octets, or have refused them; behind AUTHENTICATE
/// and IDLE the next line may be an answer or a command. Both is allowed. Behind `{n+}` only the
/// end of the literal goes on, because the client sends it in any case.
final class ImapCommands {
    /// A tag, RFC 3501 §9; what stands behind it may be anything.
    private static final Pattern TAG = Pattern.compile("[\\x21-\\x7E&&[^(){%*\"\\\\+]]+");

    private static final Pattern LITERAL = Pattern.compile("\\{([0-9]{1,18})(\\+?)}$");

    private final String said;
    private final Set<String> tags = new HashSet<>();
    private final Set<Integer> seen = new HashSet<>();
    private final Deque<Integer> begins = new ArrayDeque<>();

    private ImapCommands(String said) {
        this.said = said;
    }

    /// The first words of all lines that may be obeyed.
    ///
    /// @param said each character an octet
    static Set<String> tags(String said) {
        ImapCommands commands = new ImapCommands(said);
        commands.begin(0);
        while (!commands.begins.isEmpty()) {
            commands.command(commands.begins.remove());
        }
        return commands.tags;
    }

    private void begin(int at) {
        if (at < said.length() && seen.add(at)) {
            begins.add(at);
        }
    }

    private void command(int begin) {
        int end = lineEnd(begin);
        String line = said.substring(begin, Math.max(begin, end));
        Matcher tag = TAG.matcher(line);
        if (tag.lookingAt()) {
            tags.add(tag.group());
        }
        int next = end + 2;
        if (line.toUpperCase(Locale.ROOT).matches("(?s)[^ ]* (AUTHENTICATE|IDLE).*")) {
            begin(lineEnd(next) + 2);
        }
        rest(line, next);
    }

    /// What stands behind a line of a command.
    private void rest(String line, int next) {
        Matcher literal = LITERAL.matcher(line);
        boolean announced = literal.find();
        if (!announced || literal.group(2).isEmpty()) {
            begin(next);
        }
        if (announced) {
            long behind = next + Long.parseLong(literal.group(1));
            if (behind < said.length()) {
                int end = lineEnd((int) behind);
                rest(said.substring((int) behind, Math.max((int) behind, end)), end + 2);
            }
        }
    }

    private int lineEnd(int from) {
        int end = from > said.length() ? -1 : said.indexOf("\r\n", from);
        return end < 0 ? said.length() : end;
    }
}
