package org.postern.dns;

import java.time.Duration;
import java.util.List;

/// What came of a question to the domain name system. That there is nothing is an answer; that
/// nobody knows is not, and whoever reads it as one sends mail where it does not belong.
public sealed interface Answer<T> {
    /// @param records at least one
    /// @param secure whether DNSSEC proved all of them, by a resolver that is trusted to validate
    /// @param ttl how long they may be used
    record Found<T>(List<T> records, boolean secure, Duration ttl) implements Answer<T> {
        public Found {
            records = List.copyOf(records);
            if (records.isEmpty()) {
                throw new IllegalArgumentException("nothing was found");
            }
        }
    }

    /// The name exists and has no record of this type: RFC 2308 §2.2, with the SOA that says so.
    record NoData<T>(boolean secure, Duration ttl) implements Answer<T> {}

    /// The name does not exist: RFC 2308 §2.1.
    record NoDomain<T>(boolean secure, Duration ttl) implements Answer<T> {}

    /// Nobody knows: no server answered in time, one failed, DNSSEC says that the answer is bogus,
    /// or it breaks a limit.
    ///
    /// @param reason a clause for people and the audit
    record Doubt<T>(String reason) implements Answer<T> {}
}
