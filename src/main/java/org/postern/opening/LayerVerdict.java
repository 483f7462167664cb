package org.postern.opening;

import java.util.Locale;
import org.postern.pki.Verdict;

/// What is to be said of one layer: a code that never changes its meaning, for programs, and a
/// sentence for people that holds none of the message.
public sealed interface LayerVerdict {
    String code();

    String sentence();

    /// One of a list, whose code is its name.
    sealed interface Listed extends LayerVerdict {
        /// As an enum has it.
        String name();

        @Override
        default String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// A signature, by all that is known but its signer's certificate.
    enum Signature implements Listed {
        /// Every signer is who the certificate says, and one of them is the author.
        VALID("The signature is good, and it is the author's."),
        /// C08. As good as no signature.
        NOT_AUTHOR("The signature is good, but it is not that of the person in From."),
        /// Right by an algorithm that can be broken, so nothing follows from it.
        WEAK("The signature was made in a way that can be forged today."),
        ALTERED("The signature does not fit: what was signed is not what came."),
        /// C05.
        NO_SIGNER("It looks signed, but nobody signed it."),
        NO_CERTIFICATE("The signature came without its signer's certificate."),
        UNSUPPORTED("The signature was made in a way that is not supported."),
        /// C06: the signature stands apart from its content and holds another one.
        CONTENT_TWICE("The signature brings a content of its own beside the one that is shown."),
        /// Programs differ about which part is signed.
        AMBIGUOUS("It is not clear which part of the message is signed."),
        UNREADABLE("The signature cannot be read.");

        private final String sentence;

        Signature(String sentence) {
            this.sentence = sentence;
        }

        @Override
        public String sentence() {
            return sentence;
        }
    }

    /// The signature fits, but its signer's certificate cannot be believed.
    record Certificate(Verdict fault) implements LayerVerdict {
        @Override
        public String code() {
            return "certificate-" + fault.code();
        }

        @Override
        public String sentence() {
            return "The signer's certificate " + fault.clause() + ".";
        }
    }

    /// Encryption.
    enum Envelope implements Listed {
        OPENED("It was opened, and nobody changed it on its way."),
        /// C02.
        OPENED_UNAUTHENTICATED(
                "It was opened. The old way in which it was encrypted does not show changes."),
        NO_KEY("It is encrypted to none of the keys at hand."),
        /// Damaged, or never whole. Nothing more is told: RFC 3218.
        NOT_OPENED("It could not be opened."),
        UNSUPPORTED("It is encrypted in a way that is not supported.");

        private final String sentence;

        Envelope(String sentence) {
            this.sentence = sentence;
        }

        @Override
        public String sentence() {
            return sentence;
        }
    }

    /// What neither signs nor encrypts, and what is no layer that can be read.
    enum Wrapping implements Listed {
        READ("It was read."),
        UNREADABLE("It cannot be read."),
        /// C12.
        TOO_DEEP("There are more layers than are read.");

        private final String sentence;

        Wrapping(String sentence) {
            this.sentence = sentence;
        }

        @Override
        public String sentence() {
            return sentence;
        }
    }
}
