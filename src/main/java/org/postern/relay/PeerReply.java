package org.postern.relay;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.mail.Reply;

/// A reply as it came: RFC 5321 §4.2.1, one text for each line.
record PeerReply(int code, List<String> lines) {
    /// RFC 3463 §2, in front of the text as RFC 2034 §3 puts it.
    private static final Pattern ENHANCED =
            Pattern.compile("([245]\\.[0-9]{1,3}\\.[0-9]{1,3})(?: +|$)(.*)", Pattern.DOTALL);

    PeerReply {
        lines = List.copyOf(lines);
    }

    boolean isPositive() {
        return code < 300;
    }

    /// The reply as outcomes carry it: on one line, the enhanced code apart. An enhanced code whose
    /// class contradicts the reply code is mere text.
    Reply reply() {
        String enhanced = "";
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            String words = line;
            Matcher matcher = ENHANCED.matcher(line);
            if (matcher.matches() && line.charAt(0) - '0' == code / 100) {
                enhanced = enhanced.isEmpty() ? matcher.group(1) : enhanced;
                words = matcher.group(2);
            }
            if (!text.isEmpty() && !words.isEmpty()) {
                text.append(' ');
            }
            text.append(words);
        }
        return new Reply(code, enhanced, text.toString());
    }

    /// The reply without the peer's words: it has seen the message, and a filter that names the
    /// subject would write it into log, audit and reports.
    ///
    /// @param instead our own words for it
    Reply codes(String instead) {
        return new Reply(code, reply().enhanced(), instead);
    }

    /// Code and enhanced code alone. The text stays out of reasons, as it stays out of replies.
    String status() {
        Reply whole = reply();
        return whole.enhanced().isEmpty()
                ? Integer.toString(whole.code())
                : whole.code() + " " + whole.enhanced();
    }
}
