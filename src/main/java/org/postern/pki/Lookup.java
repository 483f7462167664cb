package org.postern.pki;

import java.security.cert.X509Certificate;
import java.time.Duration;

/// What the directory knows for one address at one time.
public sealed interface Lookup {
    /// A certificate that may be used now.
    ///
    /// @param file name of the file it lies in, below the folder
    /// @param trust what the trust rests on
    record Found(X509Certificate certificate, String file, Trust trust) implements Lookup {}

    /// Nobody gave us one.
    record NoCertificate() implements Lookup {}

    /// There is one, and it must not be used.
    ///
    /// @param sentence what is wrong with which file and what to do, for people
    record Unusable(Verdict verdict, String sentence) implements Lookup {
        static Unusable of(Verdict verdict, String place) {
            return new Unusable(
                    verdict,
                    "The certificate in %s %s; ask the partner for another one."
                            .formatted(place, verdict.clause()));
        }
    }

    /// There is one, and it must not be used before its authority has said that it is not revoked.
    ///
    /// @param patience for how long a message waits for that
    record Waiting(Verdict verdict, String sentence, Duration patience) implements Lookup {}

    /// What the trust in a certificate rests on.
    enum Trust {
        /// A certification path to an anchor.
        PATH,
        /// The hand of the person who put it into `pinned/`.
        PINNED,
        /// The clinic itself has issued it, and given its owner the key.
        ISSUED
    }
}
