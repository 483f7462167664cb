package org.postern.opening;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Content;
import org.postern.pki.Identity;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.PartnerDirectory.Revocation;
import org.postern.pki.PartnerDirectory.Standing;
import org.postern.pki.Pem;
import org.postern.smime.SmimeDecryptor;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmimeMail.By;
import org.postern.testkit.TestAuthority;

/// What a signature is worth once something is known, or not known, about the revocation of its
/// signer's certificate.
class RevokedSignerTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity ANN = AUTHORITY.person("ann@partner.example");
    private static final String MESSAGE =
            SmimeMail.from("Ann <ann@partner.example>")
                    + SmimeMail.clear("Content-Type: text/plain\r\n\r\nHello\r\n", By.ec(ANN));

    @TempDir Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("anchors"));
        Files.createDirectories(folder.resolve("pinned"));
        Pem.write(folder.resolve("anchors/root.pem"), List.of(AUTHORITY.authority().certificate()));
    }

    @Test
    void itIsGoodOnlyIfItsAuthoritySaysSo() throws IOException {
        says("signed: valid", new Standing.Good());
        says("certificate: certificate-revoked", new Standing.Revoked(false));
        says("unproved: certificate-revocation-unknown", new Standing.Unknown("nobody answers"));
        says("unproved: certificate-revocation-awaited", new Standing.Awaited(false));
        says("certificate: certificate-no-revocation-place", new Standing.NoPlace());
    }

    @Test
    void onlyAFirstAnswerIsWaitedFor() throws IOException {
        assertEquals(true, read(new Standing.Awaited(false)).awaitsAuthority());
        assertEquals(false, read(new Standing.Unknown("nobody answers")).awaitsAuthority());
        assertEquals(false, read(new Standing.Good()).awaitsAuthority());
    }

    /// It rests on the hand that put it there; but a revocation counts.
    @Test
    void aPinnedSignerNeedsNoWord() throws IOException {
        Pem.write(folder.resolve("pinned/ann.pem"), List.of(ANN.certificate()));
        says("signed: valid", new Standing.Unknown("nobody answers"));
        says("signed: valid", new Standing.Awaited(false));
        says("signed: valid", new Standing.NoPlace());
        says("certificate: certificate-revoked", new Standing.Revoked(false));
    }

    private void says(String expected, Standing standing) throws IOException {
        Reading reading = read(standing);
        assertEquals(
                expected,
                reading.verdict().code() + ": " + reading.layers().getFirst().verdict().code());
    }

    private Reading read(Standing standing) throws IOException {
        Revocation revocation =
                new Revocation() {
                    @Override
                    public Standing of(List<X509Certificate> path, Instant now) {
                        assertEquals(2, path.size(), "from the signer to the anchor");
                        return standing;
                    }

                    @Override
                    public Duration patience() {
                        return Duration.ZERO;
                    }
                };
        return new SmimeReader(
                        PartnerDirectory.load(folder).asking(revocation),
                        new SmimeDecryptor(List.of()))
                .read(Content.of(MESSAGE.getBytes(StandardCharsets.ISO_8859_1)), TestAuthority.NOW);
    }
}
