package org.postern.opening;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.postern.mail.Content;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.smime.SmimeDecryptor;
import org.postern.testkit.TestAuthority;

/// Somebody at the clinic who reads what partners send her.
final class ReaderWorld {
    static final TestAuthority AUTHORITY = TestAuthority.create();
    static final Identity ANN = AUTHORITY.person("ann@partner.example");
    static final Identity BEN = AUTHORITY.person("ben@partner.example");
    static final Identity ANNA = AUTHORITY.person("anna@clinic.example", KeyKind.RSA_2048);

    private final PartnerDirectory partners;

    /// @param folder for the partners' files
    ReaderWorld(Path folder) throws IOException {
        Path partners = folder.resolve("partners");
        Files.createDirectories(partners.resolve("anchors"));
        Files.createDirectories(partners.resolve("pinned"));
        Pem.write(
                partners.resolve("anchors/root.pem"), List.of(AUTHORITY.authority().certificate()));
        this.partners = PartnerDirectory.load(partners);
    }

    void pin(Path folder, Identity identity) throws IOException {
        Pem.write(folder.resolve("partners/pinned/one.pem"), List.of(identity.certificate()));
        partners.reload();
    }

    Reading read(String message) throws IOException {
        return read(message.getBytes(ISO_8859_1), ANNA);
    }

    Reading read(byte[] message, Identity... keys) throws IOException {
        return new SmimeReader(partners, new SmimeDecryptor(List.of(keys)))
                .read(Content.of(message), TestAuthority.NOW);
    }

    /// The codes of the verdict and of all layers.
    static String codes(Reading reading) {
        StringBuilder codes = new StringBuilder(reading.verdict().code()).append(':');
        reading.layers().forEach(layer -> codes.append(' ').append(layer.verdict().code()));
        return codes.toString();
    }
}
