package org.postern.cert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.postern.harvest.ReviewFolder.Waiting;
import org.postern.keyring.Keyring;
import org.postern.keyring.RevokedBook;
import org.postern.pki.CertificateAddresses;
import org.postern.pki.CertificateAddresses.AddressSource;
import org.postern.pki.KeyKind;

/// What there is to know about certificates, as text and as JSON. Keys of the JSON are only ever
/// added.
final class CertFacts {
    private static final int NAME_CHARS_MAX = 200;

    private CertFacts() {}

    static String text(Keyring.Entry entry, RevokedBook book, Instant now) throws IOException {
        boolean revoked = book.holds(entry.certificate());
        return "%s (%d): %s key, %s until %s, issued by %s%n    SHA-256 %s"
                .formatted(
                        entry.owner().word(),
                        entry.number(),
                        kind(entry.certificate()),
                        revoked
                                ? "revoked; it was to last"
                                : entry.isValidAt(now) ? "valid" : "not valid; it was",
                        entry.notAfter(),
                        entry.certificate().getIssuerX500Principal().getName(),
                        fingerprint(entry.certificate()));
    }

    static String json(List<Keyring.Entry> entries, RevokedBook book, Instant now)
            throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode list = root.putArray("certificates");
        for (Keyring.Entry entry : entries) {
            X509Certificate certificate = entry.certificate();
            list.addObject()
                    .put("owner", entry.owner().word())
                    .put("number", entry.number())
                    .put("kind", kind(certificate))
                    .put("subject", certificate.getSubjectX500Principal().getName())
                    .put("issuer", certificate.getIssuerX500Principal().getName())
                    .put("serial", certificate.getSerialNumber().toString(16))
                    .put("notBefore", certificate.getNotBefore().toInstant().toString())
                    .put("notAfter", entry.notAfter().toString())
                    .put("valid", entry.isValidAt(now))
                    .put("revoked", book.holds(certificate))
                    .put("sha256", fingerprint(certificate));
        }
        return root.toPrettyString();
    }

    static String text(Waiting waiting) {
        X509Certificate certificate = waiting.chain().getFirst();
        return "%s %s: %s key, until %s, issued by %s, came %s%n    SHA-256 %s"
                .formatted(
                        waiting.id(),
                        waiting.address(),
                        kind(certificate),
                        certificate.getNotAfter().toInstant(),
                        shown(certificate.getIssuerX500Principal().getName()),
                        waiting.received(),
                        fingerprint(certificate));
    }

    /// Whoever made the certificate wrote it, perhaps for a terminal to obey.
    private static String shown(String name) {
        String line = name.replaceAll("\\p{C}", "?");
        return line.length() <= NAME_CHARS_MAX ? line : line.substring(0, NAME_CHARS_MAX) + "…";
    }

    static String json(List<Waiting> all) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode list = root.putArray("waiting");
        for (Waiting waiting : all) {
            X509Certificate certificate = waiting.chain().getFirst();
            ArrayNode addresses =
                    list.addObject()
                            .put("id", waiting.id())
                            .put("address", waiting.address().toString())
                            .put("received", waiting.received().toString())
                            .put("kind", kind(certificate))
                            .put("issuer", certificate.getIssuerX500Principal().getName())
                            .put("notAfter", certificate.getNotAfter().toInstant().toString())
                            .put("sha256", fingerprint(certificate))
                            .putArray("addresses");
            CertificateAddresses.keys(certificate, AddressSource.ALTERNATIVE_NAME).stream()
                    .sorted()
                    .forEach(addresses::add);
        }
        return root.toPrettyString();
    }

    private static String kind(X509Certificate certificate) {
        return KeyKind.of(certificate.getPublicKey())
                .map(kind -> kind.name().toLowerCase(Locale.ROOT).replace("_", ""))
                .orElseGet(() -> certificate.getPublicKey().getAlgorithm());
    }

    /// As people compare it.
    static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a certificate has no encoding", e);
        }
    }
}
