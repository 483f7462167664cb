package org.postern.pki;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.postern.mail.Address;

/// Finds certificates of people elsewhere. What it finds is judged as a file is.
public interface Finder {
    /// Looks somebody up. It blocks, within a limit of its own.
    Looked look(Address address);

    /// For how long a message waits if nobody answers.
    Duration patience();

    /// What came of it.
    sealed interface Looked {
        /// @param certificates none if it is certain that there is none
        /// @param unread how many values stand where certificates stand, and cannot be read as one
        /// @param place where they were found, for people
        /// @param trust what the trust in them rests on
        record Known(
                List<X509Certificate> certificates, int unread, String place, Lookup.Trust trust)
                implements Looked {
            public Known {
                certificates = List.copyOf(certificates);
            }

            /// Each value could be read, and is worth what its path is.
            public Known(List<X509Certificate> certificates, String place) {
                this(certificates, 0, place, Lookup.Trust.PATH);
            }
        }

        /// There was one that must not be used any more, and there is no other.
        record Refused(Verdict verdict, String place) implements Looked {}

        /// @param reason a sentence for people
        record Unknown(String reason) implements Looked {}
    }
}
