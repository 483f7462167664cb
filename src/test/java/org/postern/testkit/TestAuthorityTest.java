package org.postern.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.pki.Pem.PemException;

final class TestAuthorityTest {
    private final TestAuthority authority = TestAuthority.create();

    @TempDir Path folder;

    @Test
    void issuesServersThatVerify() throws Exception {
        Identity server = authority.server("mx.clinic.example", "127.0.0.1");
        server.certificate().verify(authority.authority().certificate().getPublicKey());
        server.certificate().checkValidity(Date.from(TestAuthority.NOW));
        assertEquals(
                "[[2, mx.clinic.example], [7, 127.0.0.1]]",
                server.certificate().getSubjectAlternativeNames().toString());
    }

    @Test
    void issuesExpiredCertificates() {
        Identity expired = authority.expiredPerson("old@partner.example");
        assertThrows(
                CertificateExpiredException.class,
                () -> expired.certificate().checkValidity(Date.from(TestAuthority.NOW)));
    }

    @Test
    void keysAndCertificatesSurviveAFile() throws Exception {
        for (KeyKind kind : new KeyKind[] {KeyKind.RSA_2048, KeyKind.P_256}) {
            Identity person = authority.person("a@partner.example", kind);
            Path key = folder.resolve(kind + ".key");
            Path pem = folder.resolve(kind + ".pem");
            Pem.write(key, person.key());
            Pem.write(pem, person.chain());
            Identity read = Pem.identity(key, pem);
            assertEquals(person.chain(), read.chain());
            assertEquals(person.key(), read.key());
        }
    }

    @Test
    void aKeyOfAnotherCertificateIsNoticed() throws Exception {
        Path key = folder.resolve("a.key");
        Path pem = folder.resolve("b.pem");
        Pem.write(key, authority.person("a@partner.example").key());
        Pem.write(pem, authority.person("b@partner.example").chain());
        PemException thrown = assertThrows(PemException.class, () -> Pem.identity(key, pem));
        assertTrue(thrown.toString().contains("does not belong"), thrown::toString);
    }
}
