package org.postern.revocation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.postern.fetch.Question;

/// A place where revocation is told, and for whom.
sealed interface Place {
    URI uri();

    /// What is asked there.
    ///
    /// @param nonce that no question had before
    Question question(byte[] nonce) throws SpoiltException;

    /// Judges what came from there, or was kept.
    ///
    /// @param nonce of the question; empty for what was kept
    Word read(byte[] octets, byte[] nonce, Instant now) throws SpoiltException;

    /// Differs for each place and each authority, in hexadecimal digits.
    String name();

    /// What was told.
    ///
    /// @param from since when it is known
    /// @param until when the next word is due
    /// @param octets that it takes in memory, but for a few
    /// @param about what it says of a certificate; empty if it is about others
    record Word(
            Instant from,
            Instant until,
            int octets,
            Function<X509Certificate, Optional<Evidence>> about) {}

    /// A list of the issuer's.
    record Listed(URI uri, X509Certificate issuer) implements Place {
        private static final Question.Limits LIMITS =
                new Question.Limits(Source.OCTETS_MAX, Duration.ofSeconds(10));

        @Override
        public Question question(byte[] nonce) {
            return Question.get(uri, "application/pkix-crl", LIMITS);
        }

        @Override
        public Word read(byte[] octets, byte[] nonce, Instant now) throws SpoiltException {
            RevocationList list = RevocationList.read(octets, issuer, uri);
            return new Word(
                    list.from(),
                    list.until(),
                    list.size() * Long.BYTES,
                    certificate ->
                            list.covers(certificate)
                                    ? Optional.of(list.of(certificate))
                                    : Optional.empty());
        }

        @Override
        public String name() {
            return hashed(uri, issuer);
        }
    }

    /// Answers about one certificate.
    record Responder(URI uri, StatusAnswer.Subject subject) implements Place {
        private static final Question.Limits LIMITS =
                new Question.Limits(64 * 1_024, Duration.ofSeconds(10));

        private static final String REQUEST = "application/ocsp-request";

        @Override
        public Question question(byte[] nonce) throws SpoiltException {
            return Question.post(
                    uri,
                    "application/ocsp-response",
                    new Question.Posted(REQUEST, StatusAnswer.question(subject, nonce)),
                    LIMITS);
        }

        @Override
        public Word read(byte[] octets, byte[] nonce, Instant now) throws SpoiltException {
            Evidence said = StatusAnswer.read(octets, subject, nonce, now);
            return new Word(
                    said.from(),
                    said.until(),
                    0,
                    certificate ->
                            certificate.equals(subject.certificate())
                                    ? Optional.of(said)
                                    : Optional.empty());
        }

        @Override
        public String name() {
            return hashed(uri, subject.certificate());
        }
    }

    private static String hashed(URI uri, X509Certificate certificate) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(certificate.getEncoded());
            digest.update(uri.toString().getBytes(UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a certificate has no encoding", e);
        }
    }
}
