package org.postern.fuzz;

import java.util.ArrayList;
import java.util.List;

/// What RFC 5321 §4.1.1.4 and §2.3.8 say about the octets after DATA, as simply as it can be said,
/// octet by octet. It shares nothing with the reader it is compared with.
final class DataModel {
    private static final int LINE_OCTETS_MAX = 64 * 1024;

    /// A message as it came.
    ///
    /// @param content without its stuffing
    /// @param clean whether it may be taken
    /// @param end behind the terminator; -1 if there is none
    record Found(String content, boolean clean, int end) {}

    private DataModel() {}

    /// The messages that a session may take, as they should be kept.
    ///
    /// @param begins the positions at which the server said 354
    static List<String> messages(byte[] said, List<Integer> begins) {
        List<String> messages = new ArrayList<>();
        int end = 0;
        for (int begin : begins) {
            if (begin < end || end < 0) {
                throw new AssertionError("354 inside a message, at " + begin);
            }
            Found found = find(said, begin);
            end = found.end();
            if (end >= 0 && found.clean()) {
                messages.add(found.content());
            }
        }
        return messages;
    }

    /// Whether a message holds whole line ends only and no NUL.
    static boolean isClean(String message) {
        return message.replace("\r\n", "").chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0);
    }

    static Found find(byte[] said, int begin) {
        StringBuilder content = new StringBuilder();
        StringBuilder line = new StringBuilder();
        boolean clean = true;
        for (int i = begin; i < said.length; i++) {
            char octet = (char) (said[i] & 0xFF);
            boolean afterCr = !line.isEmpty() && line.charAt(line.length() - 1) == '\r';
            line.append(octet);
            clean &= octet != 0 && (octet == '\n') == afterCr;
            if (afterCr && octet == '\n') {
                if (line.toString().equals(".\r\n")) {
                    return new Found(content.toString(), clean, i + 1);
                }
                clean &= line.length() <= LINE_OCTETS_MAX;
                content.append(line.charAt(0) == '.' ? line.substring(1) : line);
                line.setLength(0);
            }
        }
        return new Found("", false, -1);
    }
}
