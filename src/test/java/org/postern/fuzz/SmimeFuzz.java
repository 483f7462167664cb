package org.postern.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.postern.claim.AuthorsLayer;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.opening.Layer;
import org.postern.opening.LayerVerdict;
import org.postern.opening.Reading;
import org.postern.opening.SmimeReader;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.PartnerDirectory;
import org.postern.smime.SmimeDecryptor;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.TestAuthority;

/// Any octets are read, as a message and as what was encrypted in one; nothing is called signed
/// that has no good signature, and what was opened can be read to its end.
public final class SmimeFuzz {
    private static final Identity READER =
            TestAuthority.create().person("anna@clinic.example", KeyKind.RSA_2048);

    /// Nobody is trusted here, so nothing is signed.
    private static final SmimeReader READING =
            new SmimeReader(
                    PartnerDirectory.load(Path.of("target/fuzz/no-partners")),
                    new SmimeDecryptor(List.of(READER)));

    private SmimeFuzz() {}

    /// Loads the classes before the first input, whose time is counted.
    public static void fuzzerInitialize() {
        fuzzerTestOneInput(new byte[0]);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        Effort.bounded(() -> read(input));
        String entity = new String(input, ISO_8859_1);
        byte[] envelope =
                (SmimeMail.from("ann@partner.example") + SmimeMail.gcm(entity, READER))
                        .getBytes(ISO_8859_1);
        Effort.bounded(() -> Promise.hold(read(envelope).opened().isPresent(), "it did not open"));
        Effort.bounded(() -> leaves(input));
    }

    /// What is called encrypted for somebody is so by whole base64 and nothing beside it, so no
    /// line of it can be read.
    private static void leaves(byte[] message) {
        try {
            if (AuthorsLayer.of(Content.of(message)) instanceof AuthorsLayer.Encrypted encrypted) {
                Promise.hold(!encrypted.recipients().isEmpty(), "encrypted to nobody");
                int begin = HeaderSection.read(Content.of(message)).octets();
                String body = new String(message, ISO_8859_1).substring(begin);
                Promise.hold(body.matches("[A-Za-z0-9+/=\\s]*"), "more than base64");
            }
        } catch (MimeException e) {
            throw new AssertionError("a header section that cannot be read", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reading read(byte[] message) {
        try {
            Reading reading = READING.read(Content.of(message), TestAuthority.NOW);
            Promise.hold(!reading.verdict().isSigned(), "signed by somebody who is not trusted");
            for (Layer layer : reading.layers()) {
                Promise.hold(
                        layer.verdict() != LayerVerdict.Signature.VALID,
                        "valid by somebody who is not trusted");
            }
            try (InputStream in = reading.entity().open()) {
                Promise.hold(
                        in.transferTo(OutputStream.nullOutputStream()) == reading.entity().size(),
                        "an entity is not as long as it says");
            }
            return reading;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
