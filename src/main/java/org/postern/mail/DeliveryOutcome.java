package org.postern.mail;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What became of one recipient in one attempt. Doubt is `Delayed` or `Held`, never a delivery.
///
/// Reasons are for people and go to audit and reports: they hold no content and no subject.
public sealed interface DeliveryOutcome {
    /// What kept the session from others in which it came about; null in clear, and where there was
    /// no session with a next hop.
    @Nullable Tls tls();

    /// The next MTA took the responsibility over (RFC 3464 §2.3.3, "relayed").
    ///
    /// @param hop `host:port`
    /// @param tls what the connection was kept from others by; null in clear
    /// @param reports who owes the reports that RFC 3461 lets a client ask for
    record Relayed(Reply reply, String hop, @Nullable Tls tls, Duty reports)
            implements DeliveryOutcome {}

    /// TLS as it was negotiated with the next hop, for the audit.
    ///
    /// @param version such as `TLSv1.3`
    /// @param suite the cipher suite, as IANA names it
    /// @param fingerprint SHA-256 of the peer's own certificate, in hexadecimal
    record Tls(String version, String suite, Proof proof, String fingerprint) {
        /// On one line, such as `TLSv1.3 TLS_AES_256_GCM_SHA384 ca sha256:…`.
        @Override
        public String toString() {
            return version + " " + suite + " " + proof.word() + " sha256:" + fingerprint;
        }
    }

    /// By what a next hop proved who it is.
    enum Proof {
        /// By nothing: whoever answered.
        NONE("unverified"),
        /// By an authority that IT or the system trusts, for a host that IT configured.
        CA("ca"),
        /// By a public authority, for a host that the domain's policy names: RFC 8461.
        MTA_STS("mta-sts"),
        /// By the keys that the domain publishes under DNSSEC: RFC 7672.
        DANE("dane"),
        /// By a key that IT pinned.
        PIN("pin");

        private final String word;

        Proof(String word) {
            this.word = word;
        }

        /// As the audit spells it.
        public String word() {
            return word;
        }

        /// @throws IllegalArgumentException if no proof is spelt so
        public static Proof of(String word) {
            for (Proof proof : values()) {
                if (proof.word.equals(word)) {
                    return proof;
                }
            }
            throw new IllegalArgumentException("not a proof: " + word);
        }
    }

    /// Who reports the success that a client asked for: RFC 3461 §5.2.
    enum Duty {
        /// The next hop took the parameters over, and with them the duty.
        NEXT_HOP,
        /// The next hop knows no DSN: where SUCCESS was asked for, a "relayed" report is due here.
        OURS
    }

    /// It lies in our Mailbox and waits there to be read.
    record Delivered() implements DeliveryOutcome {
        @Override
        public @Nullable Tls tls() {
            return null;
        }
    }

    /// Not now; the queue tries again.
    ///
    /// @param concern whom else it keeps up; where an outcome is kept, this is not kept with it
    /// @param overdue with which status it fails if this is why its time is over; not kept either
    record Delayed(String reason, @Nullable Tls tls, Concern concern, String overdue)
            implements DeliveryOutcome {
        /// RFC 3463 §3.5: delivery time expired.
        private static final String TIME_OVER = "5.4.7";

        /// The destination did not take it.
        public Delayed(String reason, @Nullable Tls tls) {
            this(reason, tls, Concern.DESTINATION, TIME_OVER);
        }

        /// There was no session with the destination, or one in clear.
        public Delayed(String reason) {
            this(reason, null);
        }

        /// The same, which fails otherwise once its time is over.
        public Delayed failingWith(String status) {
            return new Delayed(reason, tls, concern, status);
        }

        /// It waits for something that has nothing to do with its destination.
        public static Delayed alone(String reason) {
            return new Delayed(reason, null, Concern.RECIPIENT, TIME_OVER);
        }
    }

    /// What a delay is about.
    enum Concern {
        /// All mail for the place where it goes.
        DESTINATION,
        /// This recipient of this message.
        RECIPIENT
    }

    /// An attempt cannot be made before something of our own is there, or is mended; nothing is
    /// wrong with the message or its destination.
    class NotYetException extends IOException {
        private static final long serialVersionUID = 1L;

        private final String reason;

        /// @param message for operators
        /// @param reason for whoever looks after the message: it goes to audit and reports
        protected NotYetException(String message, String reason) {
            super(message);
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }
    }

    /// Kept until a person decides.
    record Held(String reason, @Nullable Tls tls) implements DeliveryOutcome {
        /// No next hop has to do with it.
        public Held(String reason) {
            this(reason, null);
        }
    }

    /// Never; the return handler is told.
    record Failed(Reply reply, @Nullable Tls tls) implements DeliveryOutcome {
        /// No next hop was asked, or one in clear.
        public Failed(Reply reply) {
            this(reply, null);
        }
    }
}
