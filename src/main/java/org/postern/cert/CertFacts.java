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
import org.postern.keyring.IssuedBook;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.keyring.RevokedBook;
import org.postern.pki.CertificateAddresses;
import org.postern.pki.CertificateAddresses.AddressSource;
import org.postern.pki.KeyKind;

/// What there is to know about certificates, as text and as JSON. Keys of the JSON are only ever
/// added.
final class CertFacts {
    private static final int NAME_CHARS_MAX = 200;

    private CertFacts() {}

    /// What is shown at once.
    ///
    /// @param issued their keys are not here
    record Shown(List<Keyring.Entry> own, List<IssuedBook.Issued> issued) {
        Shown {
            own = List.copyOf(own);
            issued = List.copyOf(issued);
        }

        static Shown of(Keyring.Entry entry) {
            return new Shown(List.of(entry), List.of());
        }

        /// Those of one owner.
        Shown of(Owner owner) {
            return new Shown(
                    own.stream().filter(it -> it.owner().equals(owner)).toList(),
                    issued.stream().filter(it -> it.entry().owner().equals(owner)).toList());
        }

        boolean isEmpty() {
            return own.isEmpty() && issued.isEmpty();
        }
    }

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

    /// One whose key is with its owner, outside.
    static String text(IssuedBook.Issued issued, RevokedBook book, Instant now) throws IOException {
        String use =
                issued.isUsed()
                        ? "mail to her is encrypted to it while it is valid; activated "
                                + issued.use().words()
                        : issued.isTold()
                                ? "mail to her is not encrypted to it before ./gateway cert"
                                        + " activate, or a mail that is signed with it"
                                : "passphrase not delivered: nobody was shown what opens the file,"
                                        + " as far as is known; revoke it, and issue another";
        return "%s%n    the key was given away; %s".formatted(text(issued.entry(), book, now), use);
    }

    static String json(Shown shown, RevokedBook book, Instant now) throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode list = root.putArray("certificates");
        for (Keyring.Entry entry : shown.own()) {
            add(list.addObject(), entry, book, now).put("givenAway", false);
        }
        for (IssuedBook.Issued issued : shown.issued()) {
            add(list.addObject(), issued.entry(), book, now)
                    .put("givenAway", true)
                    .put("used", issued.isUsed())
                    .put("activated", issued.use().words())
                    .put("passphraseDelivered", issued.isTold());
        }
        return root.toPrettyString();
    }

    private static ObjectNode add(
            ObjectNode node, Keyring.Entry entry, RevokedBook book, Instant now)
            throws IOException {
        X509Certificate certificate = entry.certificate();
        return node.put("owner", entry.owner().word())
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
