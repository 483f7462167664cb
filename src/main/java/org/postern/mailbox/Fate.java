package org.postern.mailbox;

import java.util.Locale;

/// How a letter of a patient stands, once more is known than that it was taken. Whether somebody
/// has read it nobody knows here, because clinicians read in their own mail programs.
public enum Fate {
    /// The clinic's mail server took it over.
    DELIVERED,
    /// It waits here until somebody of the clinic looks at it.
    HELD,
    /// It goes nowhere any more.
    FAILED;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// @throws IllegalArgumentException if no row says so
    static Fate of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
