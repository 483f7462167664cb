package org.postern.scan;

import org.postern.mail.Content;

/// Looks through messages for viruses.
///
/// Any number of threads may ask at once. An answer comes within a deadline, whatever the scanner
/// does; a scanner that is down, slow or in doubt has not scanned.
public interface Scanner {
    /// What came of it.
    sealed interface Result {
        record Clean() implements Result {}

        /// @param name as the scanner calls it: printable ASCII, at most 100 characters
        record Infected(String name) implements Result {}

        /// @param reason in words for the people who run the gateway
        record NotScanned(String reason) implements Result {}
    }

    /// Looks through a whole message.
    Result scan(Content content);
}
