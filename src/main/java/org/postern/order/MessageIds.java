package org.postern.order;

import java.util.ArrayList;
import java.util.List;

/// Finds message-ids in header fields, each in the one form that all ways of quoting it have: RFC
/// 5256 §3.
public final class MessageIds {
    private MessageIds() {}

    /// All that are some; whatever stands between them is passed over.
    public static List<String> of(String body) {
        List<String> ids = new ArrayList<>();
        int at = body.indexOf('<');
        while (at >= 0) {
            int end = body.indexOf('>', at);
            if (end < 0) {
                break;
            }
            // The innermost, where one was begun and not ended.
            String id = plain(body.substring(body.lastIndexOf('<', end) + 1, end));
            int sign = id.lastIndexOf('@');
            if (sign > 0 && sign < id.length() - 1) {
                ids.add(id);
            }
            at = body.indexOf('<', end);
        }
        return ids;
    }

    private static String plain(String written) {
        StringBuilder id = new StringBuilder(written.length());
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            boolean escape = c == '\\' && i + 1 < written.length();
            if (escape) {
                id.append(written.charAt(++i));
            } else if (c != '"' && c > ' ') {
                id.append(c);
            }
        }
        return id.toString();
    }
}
