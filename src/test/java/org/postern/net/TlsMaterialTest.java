package org.postern.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.testkit.TestAuthority;

class TlsMaterialTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Identity SERVER = AUTHORITY.server("mail.clinic.example");
    private static final Instant NOW = TestAuthority.NOW;

    @TempDir static Path folder;

    private static Path chain;
    private static Path key;

    @BeforeAll
    static void write() throws IOException {
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
        Pem.write(chain, SERVER.chain());
        Pem.write(key, SERVER.key());
    }

    @Test
    void everyKindOfKeyFileIsRead() throws IOException {
        ready(chain, key);
        Identity rsa =
                AUTHORITY
                        .authority()
                        .issue(
                                CertificateRequest.server(
                                        KeyKind.RSA_2048, TestAuthority.VALID, "a.example"));
        for (Identity identity : List.of(SERVER, rsa)) {
            String kind = identity.key().getAlgorithm();
            Path certificates = folder.resolve(kind + "-chain.pem");
            Pem.write(certificates, identity.chain());
            // PKCS #1 and SEC 1.
            ready(certificates, pem(kind + "-old.pem", identity.key()));
            ready(certificates, pem(kind + "-new.pem", pkcs8(identity.key(), null)));
        }
        // One file may hold both.
        Path both = folder.resolve("both.pem");
        Files.writeString(both, Files.readString(chain) + Files.readString(key));
        ready(both, both);
    }

    @Test
    void whatCannotBeUsedIsNamedWithItsCure() throws IOException {
        Path none = folder.resolve("none.pem");
        unusable(none, key, none + ": no such file");
        unusable(chain, none, none + ": no such file");
        unusable(key, key, key + ": no certificate in it; expected -----BEGIN CERTIFICATE-----");
        unusable(
                chain,
                chain,
                chain + ": no private key in it; expected -----BEGIN PRIVATE KEY" + "-----");
        Path empty = folder.resolve("empty.pem");
        Files.writeString(empty, "");
        unusable(
                empty,
                key,
                empty + ": no certificate in it; expected -----BEGIN CERTIFICATE" + "-----");
        Path broken = folder.resolve("broken.pem");
        Files.writeString(broken, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        unusable(chain, broken, broken + ": not a readable PEM file");
        Path locked = pem("locked.pem", pkcs8(SERVER.key(), "secret"));
        unusable(
                chain,
                locked,
                locked
                        + ": the key is encrypted; store it without a passphrase,"
                        + " readable by the gateway alone");
        Path other = pem("other.pem", AUTHORITY.server("x.example").key());
        unusable(
                chain,
                other,
                other
                        + ": this key does not belong to the first certificate of "
                        + chain
                        + "; the server's own certificate must stand first");
        Path jumbled = folder.resolve("jumbled.pem");
        Identity below = AUTHORITY.subordinate().server("c.example");
        Pem.write(
                jumbled,
                List.of(SERVER.certificate(), below.certificate(), below.chain().getLast()));
        unusable(
                jumbled,
                key,
                jumbled
                        + ": certificate 2 did not issue the one before it; put the"
                        + " chain in order");
        Path directory = folder.resolve("directory");
        Files.createDirectories(directory);
        assertInstanceOf(TlsMaterial.Loaded.Unusable.class, TlsMaterial.load(directory, key, NOW));
    }

    @Test
    void anEndingCertificateIsAWarning() throws IOException {
        assertEquals(List.of(), warnings(chain, NOW));
        Instant end = SERVER.certificate().getNotAfter().toInstant();
        assertEquals(
                List.of(chain + ": the certificate expires on " + end + "; renew it"),
                warnings(chain, end.minus(Duration.ofDays(13))));
        assertEquals(
                List.of(chain + ": the certificate expired on " + end + "; renew it"),
                warnings(chain, end.plusSeconds(1)));
        Instant begin = SERVER.certificate().getNotBefore().toInstant();
        assertEquals(
                List.of(
                        chain
                                + ": the certificate is not valid before "
                                + begin
                                + "; check this machine's clock"),
                warnings(chain, begin.minusSeconds(1)));
    }

    @Test
    void aKeyNeverShowsAndNeverStandsBesideAForeignCertificate() throws Exception {
        TlsMaterial material = TlsMaterial.of(SERVER.key(), SERVER.chain());
        assertTrue(material.toString().startsWith("TlsMaterial[CN="), material.toString());
        assertEquals(List.of("TLSv1.3", "TLSv1.2"), List.of(material.parameters().getProtocols()));
        assertThrows(
                GeneralSecurityException.class,
                () -> TlsMaterial.of(SERVER.key(), AUTHORITY.server("b.example").chain()));
    }

    @Test
    void anchorsAreReadOrNamed() throws Exception {
        Path anchors = folder.resolve("anchors.pem");
        Pem.write(anchors, List.of(AUTHORITY.authority().certificate()));
        assertInstanceOf(
                TlsTrust.Loaded.Ready.class,
                TlsTrust.anchors(anchors, java.time.Clock.systemUTC()));
        assertEquals(
                new TlsTrust.Loaded.Unusable(
                        key + ": no certificate in it; expected -----BEGIN CERTIFICATE-----"),
                TlsTrust.anchors(key, java.time.Clock.systemUTC()));
        assertTrue(TlsTrust.system(java.time.Clock.systemUTC()).toString().contains("system"));
        assertThrows(
                IllegalArgumentException.class,
                () -> TlsTrust.of(List.of(), java.time.Clock.systemUTC()));
    }

    private static void ready(Path chainFile, Path keyFile) {
        TlsMaterial.Loaded loaded = TlsMaterial.load(chainFile, keyFile, NOW);
        assertInstanceOf(TlsMaterial.Loaded.Ready.class, loaded, loaded.toString());
    }

    private static void unusable(Path chainFile, Path keyFile, String problem) {
        assertEquals(
                new TlsMaterial.Loaded.Unusable(problem),
                TlsMaterial.load(chainFile, keyFile, NOW));
    }

    private static List<String> warnings(Path chainFile, Instant now) {
        TlsMaterial.Loaded loaded = TlsMaterial.load(chainFile, key, now);
        return assertInstanceOf(TlsMaterial.Loaded.Ready.class, loaded).warnings();
    }

    private static Object pkcs8(PrivateKey key, @Nullable String password) throws IOException {
        try {
            return new JcaPKCS8Generator(
                            key,
                            password == null
                                    ? null
                                    : new JceOpenSSLPKCS8EncryptorBuilder(
                                                    PKCS8Generator.AES_256_CBC)
                                            .setProvider(new BouncyCastleProvider())
                                            .setPassword(password.toCharArray())
                                            .build())
                    .generate();
        } catch (org.bouncycastle.operator.OperatorCreationException e) {
            throw new IOException(e);
        }
    }

    private static Path pem(String name, Object object) throws IOException {
        Path file = folder.resolve(name);
        try (Writer out = Files.newBufferedWriter(file);
                JcaPEMWriter writer = new JcaPEMWriter(out)) {
            writer.writeObject(object);
        }
        return file;
    }
}
