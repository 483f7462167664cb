package org.postern.cert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.postern.keyring.Keyring;
import org.postern.pki.KeyKind;

/// What there is to know about certificates, as text and as JSON. Keys of the JSON are only ever
/// added.
final class CertFacts {
    private CertFacts() {}

    static String text(Keyring.Entry entry, Instant now) {
        return "%s (%d): %s key, %s until %s, issued by %s%n    SHA-256 %s"
                .formatted(
                        entry.owner().word(),
                        entry.number(),
                        kind(entry.certificate()),
                        entry.isValidAt(now) ? "valid" : "not valid; it was",
                        entry.notAfter(),
                        entry.certificate().getIssuerX500Principal().getName(),
                        fingerprint(entry.certificate()));
    }

    static String json(List<Keyring.Entry> entries, Instant now) {
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
                    .put("sha256", fingerprint(certificate));
        }
        return root.toPrettyString();
    }

    private static String kind(X509Certificate certificate) {
        return KeyKind.of(certificate.getPublicKey())
                .map(kind -> kind.name().toLowerCase(Locale.ROOT).replace("_", ""))
                .orElseGet(() -> certificate.getPublicKey().getAlgorithm());
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a certificate has no encoding", e);
        }
    }
}
