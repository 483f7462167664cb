package org.postern.facts;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Domain;

/// What was found out about where a message comes from: SPF (RFC 7208), DKIM (RFC 6376) and DMARC
/// (RFC 7489). These are findings about domains, never about persons.
///
/// @param dkim one for each signature that was looked at, in the order of the fields
public record Origin(Spf spf, List<Dkim> dkim, Dmarc dmarc) {
    public Origin {
        dkim = List.copyOf(dkim);
    }

    /// The results of RFC 8601 §2.7.
    public enum Verdict {
        /// Nothing was said that could be checked.
        NONE,
        PASS,
        FAIL,
        /// Probably not, says the domain.
        SOFTFAIL,
        /// The domain says neither yes nor no, or what was said could not be used.
        NEUTRAL,
        /// True, and not acceptable all the same.
        POLICY,
        /// Not to be found out now; a later try may succeed.
        TEMPERROR,
        /// What was published or written cannot be read; a later try will not help.
        PERMERROR;

        /// As it is written in an Authentication-Results field.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// @param identity the name that was checked: of the reverse-path, or of HELO where that is
    ///   empty
    /// @param domain of that identity; null if there is none
    public record Spf(Verdict verdict, Identity identity, @Nullable Domain domain) {
        public enum Identity {
            MAILFROM,
            HELO
        }
    }

    /// @param domain who signed: `d=`; null if that cannot be read
    /// @param signature the first characters of `b=`, by which one signature is told from another;
    ///   empty if it cannot be read
    /// @param reason why it is no pass, without content; empty for none
    public record Dkim(Verdict verdict, @Nullable Domain domain, String signature, String reason) {}

    /// @param from the domain of the author, in From, and of several the one whose check counts;
    ///   null if there is none
    /// @param policy what the domain asks for if the verdict is a fail
    public record Dmarc(Verdict verdict, @Nullable Domain from, Policy policy) {
        public enum Policy {
            NONE,
            QUARANTINE,
            REJECT;

            public String word() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        /// Whether the author's domain asks that this message be refused: RFC 7489 §6.3.
        public boolean asksForRefusal() {
            return verdict == Verdict.FAIL && policy == Policy.REJECT;
        }

        /// Whether it may yet turn out that it asks for that.
        public boolean mayAskForRefusal() {
            return verdict == Verdict.TEMPERROR && policy == Policy.REJECT;
        }
    }
}
