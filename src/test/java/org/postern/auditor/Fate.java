package org.postern.auditor;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/// What became of one recipient of one message, as the witnesses saw it.
final class Fate {
    final Set<Integer> relayedIn = new TreeSet<>();
    final Set<String> queueIds = new TreeSet<>();
    final Set<String> notices = new HashSet<>();
    final Set<String> reports = new HashSet<>();
    int copies;
    int firstCopy;
    int kept;
    int held;
    int waiting;

    /// The terminal classes that hold, by name.
    Set<String> classes() {
        Set<String> classes = new TreeSet<>();
        if (copies > 0) {
            classes.add("relayed");
        }
        if (kept > 0) {
            classes.add("delivered");
        }
        if (held > 0) {
            classes.add("held");
        }
        if (!reports.isEmpty()) {
            classes.add("failed");
        }
        return classes;
    }

    boolean isEmpty() {
        return classes().isEmpty() && waiting == 0;
    }

    /// The class that the rules ask for; empty if nothing may become of it.
    static String wanted(Way way) {
        return switch (way) {
            case INTERNAL, PUBLIC, SMIME, TLS -> "relayed";
            case PICKUP -> "delivered";
            case HELD -> "held";
            case FAILED -> "failed";
            case REFUSED -> "";
        };
    }
}
