package org.postern.snapshot;

import java.util.ArrayList;
import java.util.List;
import org.postern.sent.SentOrder;
import org.postern.sent.SentWord;

/// Flags of a message as bits: those of RFC 3501 §2.3.2 below, the keywords of its folder above.
public final class Flags {
    public static final long SEEN = 1;
    public static final long ANSWERED = 1 << 1;
    public static final long FLAGGED = 1 << 2;
    public static final long DELETED = 1 << 3;
    public static final long DRAFT = 1 << 4;

    /// The bit of the first keyword.
    public static final int FIRST_KEYWORD = 8;

    /// Keywords in one folder; `NO [LIMIT]` above it. Those of the server fit behind them.
    public static final int KEYWORDS_MAX = 50;

    /// Octets of one.
    public static final int KEYWORD_OCTETS_MAX = 100;

    private static final List<String> NAMES =
            List.of("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft");

    private Flags() {}

    /// The bit of a flag of RFC 3501; 0 if it is none.
    ///
    /// @param name in any case
    static long system(String name) {
        for (int i = 0; i < NAMES.size(); i++) {
            if (NAMES.get(i).equalsIgnoreCase(name)) {
                return 1L << i;
            }
        }
        return 0;
    }

    /// The bit of a flag in a folder with these keywords; 0 if nothing there has it.
    public static long bit(String name, List<String> keywords) {
        long bit = system(name);
        for (int i = 0; bit == 0 && i < keywords.size(); i++) {
            bit = keywords.get(i).equalsIgnoreCase(name) ? 1L << (FIRST_KEYWORD + i) : 0;
        }
        return bit;
    }

    /// The bits of what the server alone sets in a folder with these keywords.
    public static long ofServer(List<String> keywords) {
        return SentWord.keywords().stream()
                .mapToLong(word -> bit(word, keywords))
                .reduce(0, (all, bit) -> all | bit);
    }

    /// Whether the server alone sets it.
    public static boolean isServers(String keyword) {
        return SentWord.isOne(keyword);
    }

    /// Whether it is a keyword that no client can give a message: what the server says, and orders.
    public static boolean isNeverKept(String keyword) {
        return isServers(keyword) || SentOrder.of(keyword).isPresent();
    }

    /// All flags that messages of a folder with these keywords can have.
    public static List<String> names(List<String> keywords) {
        List<String> all = new ArrayList<>(NAMES);
        all.addAll(keywords);
        return all;
    }

    /// What is set in `flags`.
    public static List<String> names(long flags, List<String> keywords) {
        List<String> set = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            if (((flags >> i) & 1) == 1) {
                set.add(NAMES.get(i));
            }
        }
        for (int i = 0; i < keywords.size(); i++) {
            if (((flags >> (FIRST_KEYWORD + i)) & 1) == 1) {
                set.add(keywords.get(i));
            }
        }
        return set;
    }
}
