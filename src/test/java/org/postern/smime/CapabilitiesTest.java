package org.postern.smime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.smime.SMIMECapabilityVector;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.cms.KeyDerivation;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.pki.Providers;
import org.postern.smime.Capabilities.ContentEncryption;
import org.postern.testkit.GnupgKeys;
import org.postern.testkit.Peers;
import org.postern.testkit.TestAuthority;

/// What is known of a recipient's program, and that OpenSSL and GnuPG open what is made for it.
final class CapabilitiesTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    private static final String MESSAGE =
            "From: a@clinic.example\r\nSubject: x\r\n\r\n" + "All is well.\r\n".repeat(10_000);

    @TempDir Path folder;

    /// The file's name counts more than the certificate, and nothing known means the best.
    @Test
    void whatIsKnown() throws Exception {
        ASN1ObjectIdentifier gcm = CMSAlgorithm.AES128_GCM;
        ASN1ObjectIdentifier cbc = CMSAlgorithm.AES256_CBC;
        is("a@b.example.pem", plain(), "AES_256_GCM PKCS1_V15");
        is("pinned/a@b.example.cbc.pem", plain(), "AES_256_CBC PKCS1_V15");
        is("a@b.example.CBC.oaep.PEM", plain(), "AES_256_CBC OAEP_SHA256");
        is("a@b.example.oaep.crt", plain(), "AES_256_GCM OAEP_SHA256");
        is("a@mail.cbc.example.pem", plain(), "AES_256_GCM PKCS1_V15");
        is("cbc.pem", plain(), "AES_256_GCM PKCS1_V15");
        is("a.pem", listing(cbc), "AES_256_CBC PKCS1_V15");
        is("a.gcm.pem", listing(cbc), "AES_256_GCM PKCS1_V15");
        is("a.pem", listing(cbc, gcm), "AES_256_GCM PKCS1_V15");
        is("a.cbc.pem", listing(gcm), "AES_256_CBC PKCS1_V15");
        is("a.pem", listing(gcm, null), "AES_256_GCM OAEP_SHA256");
        is("a.pem", listing(), "AES_256_CBC PKCS1_V15");
    }

    /// RFC 9709 is for those who ask for it.
    @Test
    void derivationIsForWhomItIsKnown() throws Exception {
        assertTrue(derives("a.hkdf.pem", plain()));
        assertTrue(derives("a.pem", listing(CMSAlgorithm.AES256_GCM, KeyDerivation.ALGORITHM)));
        assertFalse(derives("a.pem", listing(CMSAlgorithm.AES256_GCM)));
        assertFalse(derives("a.pem", plain()));
        assertFalse(derives("a.gcm.pem", listing(KeyDerivation.ALGORITHM)));
    }

    private static boolean derives(String file, X509Certificate certificate) {
        return Capabilities.of(certificate, file, KeyTransport.PKCS1_V15).derivation();
    }

    /// The library encrypts with a derived key, and what opens it is our own.
    @ParameterizedTest
    @EnumSource(ContentEncryption.class)
    void aDerivedKeyOpens(ContentEncryption content) throws Exception {
        for (KeyKind kind : List.of(KeyKind.RSA_2048, KeyKind.P_256)) {
            Identity one = AUTHORITY.person("one@b.example", kind);
            Capabilities derived = new Capabilities(content, KeyTransport.OAEP_SHA256, true);
            Capabilities plain = new Capabilities(content, KeyTransport.OAEP_SHA256, false);
            byte[] derivation = KeyDerivation.ALGORITHM.getEncoded();
            byte[] all = octets(encrypted(new Recipient(one.certificate(), derived)));
            assertTrue(holds(all, derivation), "not derived");
            byte[] shared =
                    octets(
                            encrypted(
                                    new Recipient(one.certificate(), derived),
                                    new Recipient(one.certificate(), plain)));
            assertFalse(holds(shared, derivation), "derived for one who may not know it");
            String message = encrypted(new Recipient(one.certificate(), derived));
            Opened opened =
                    new SmimeDecryptor(List.of(one)).open(Content.of(message.getBytes(ISO_8859_1)));
            Content inside =
                    switch (opened) {
                        case Opened.Plain(Content entity) -> entity;
                        case Opened.Unauthenticated(Content entity) -> entity;
                        default -> throw new AssertionError(opened.getClass().getName());
                    };
            assertTrue(
                    new String(inside.open().readAllBytes(), ISO_8859_1).contains("All is well."));
        }
    }

    private static byte[] octets(String message) {
        return Base64.getMimeDecoder().decode(message.substring(message.indexOf("\r\n\r\n") + 4));
    }

    private static boolean holds(byte[] all, byte[] part) {
        return new String(all, ISO_8859_1).contains(new String(part, ISO_8859_1));
    }

    private static void is(String file, X509Certificate certificate, String expected) {
        Capabilities known = Capabilities.of(certificate, file, KeyTransport.PKCS1_V15);
        assertEquals(expected, known.content() + " " + known.transport(), file);
    }

    private static X509Certificate plain() {
        return AUTHORITY.person("a@b.example").certificate();
    }

    /// RFC 4262.
    ///
    /// @param listed null is OAEP with SHA-256
    private static X509Certificate listing(@Nullable ASN1ObjectIdentifier... listed)
            throws Exception {
        SMIMECapabilityVector capabilities = new SMIMECapabilityVector();
        for (@Nullable ASN1ObjectIdentifier each : listed) {
            AlgorithmIdentifier algorithm =
                    each == null
                            ? KeyTransport.OAEP_SHA256.algorithm()
                            : new AlgorithmIdentifier(each);
            if (algorithm.getParameters() == null) {
                capabilities.addCapability(algorithm.getAlgorithm());
            } else {
                capabilities.addCapability(algorithm.getAlgorithm(), algorithm.getParameters());
            }
        }
        KeyPair pair = KeyKind.P_256.generate(new SecureRandom());
        X500Name name = new X500Name("CN=a");
        return new JcaX509CertificateConverter()
                .getCertificate(
                        new X509v3CertificateBuilder(
                                        name,
                                        BigInteger.ONE,
                                        Date.from(TestAuthority.VALID.notBefore()),
                                        Date.from(TestAuthority.VALID.notAfter()),
                                        name,
                                        SubjectPublicKeyInfo.getInstance(
                                                pair.getPublic().getEncoded()))
                                .addExtension(
                                        new ASN1ObjectIdentifier("1.2.840.113549.1.9.15"),
                                        false,
                                        new DERSequence(capabilities.toASN1EncodableVector()))
                                .build(
                                        new JcaContentSignerBuilder("SHA256withECDSA")
                                                .setProvider(Providers.BOUNCY_CASTLE)
                                                .build(pair.getPrivate())));
    }

    /// What the oldest of several recipients cannot open is used for none.
    @Test
    void theWeakestDecides() throws Exception {
        Identity one = AUTHORITY.person("one@b.example");
        Identity other = AUTHORITY.person("other@b.example");
        String message =
                encrypted(
                        recipient(one, ContentEncryption.AES_256_GCM, KeyTransport.PKCS1_V15),
                        recipient(other, ContentEncryption.AES_256_CBC, KeyTransport.PKCS1_V15));
        assertTrue(message.contains("smime-type=enveloped-data;"), message.substring(0, 400));
    }

    private static Recipient recipient(
            Identity identity, ContentEncryption content, KeyTransport transport) {
        return new Recipient(identity.certificate(), new Capabilities(content, transport));
    }

    private static String encrypted(Recipient... recipients) throws Exception {
        Payload payload =
                Payload.of(Content.of(MESSAGE.getBytes(ISO_8859_1)), Payload.Layers.CIPHER);
        ContentWriter writer =
                payload.around(
                        new SmimeEncryptor(KeyTransport.PKCS1_V15)
                                .envelop(payload.entity(), Arrays.asList(recipients)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);
        return out.toString(ISO_8859_1);
    }

    /// @param gpgsm whether GnuPG 2.2 opens it
    private record Case(
            KeyKind kind, ContentEncryption content, KeyTransport transport, boolean gpgsm) {}

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (ContentEncryption content : ContentEncryption.values()) {
            if (content == ContentEncryption.CHACHA20_POLY1305) {
                // Neither OpenSSL 3.0 nor GnuPG 2.2 knows RFC 8103: CurveAndStreamTest has it.
                continue;
            }
            // GnuPG 2.2 knows neither AuthEnvelopedData nor OAEP, and breaks off where it is to
            // import an EC key.
            boolean cbc = content == ContentEncryption.AES_256_CBC;
            cases.add(new Case(KeyKind.RSA_2048, content, KeyTransport.PKCS1_V15, cbc));
            cases.add(new Case(KeyKind.RSA_3072, content, KeyTransport.PKCS1_V15, cbc));
            cases.add(new Case(KeyKind.RSA_2048, content, KeyTransport.OAEP_SHA256, false));
            cases.add(new Case(KeyKind.P_256, content, KeyTransport.PKCS1_V15, false));
            cases.add(new Case(KeyKind.P_384, content, KeyTransport.PKCS1_V15, false));
            cases.add(new Case(KeyKind.P_521, content, KeyTransport.PKCS1_V15, false));
        }
        return cases;
    }

    @Test
    void opensslOpensEachKind() throws Exception {
        String openssl = Peers.program("openssl").toString();
        for (Case each : cases()) {
            Identity identity = AUTHORITY.person("bob@partner.example", each.kind);
            Path message = folder.resolve("message.eml");
            Files.writeString(
                    message,
                    encrypted(recipient(identity, each.content, each.transport)),
                    ISO_8859_1);
            Path key = fresh("key.pem");
            Path certificate = fresh("certificate.pem");
            Pem.write(key, identity.key());
            Pem.write(certificate, List.of(identity.certificate()));
            Path out = folder.resolve("out");
            List<String> command =
                    List.of(
                            openssl,
                            "cms",
                            "-decrypt",
                            "-binary",
                            "-in",
                            message.toString(),
                            "-recip",
                            certificate.toString(),
                            "-inkey",
                            key.toString(),
                            "-out",
                            out.toString());
            assertEquals(0, run(command), each.toString());
            assertTrue(isWhole(Files.readAllBytes(out)), each.toString());
        }
    }

    @Test
    void gnupgOpensWhatItKnows() throws Exception {
        String gpgsm = Peers.program("gpgsm").toString();
        Path home =
                Files.createTempDirectory(
                        "gpgsm",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        Files.writeString(home.resolve("gpgsm.conf"), "disable-crl-checks\nbatch\nno-tty\n");
        Files.writeString(home.resolve("gpg-agent.conf"), "allow-loopback-pinentry\n");
        Path passphrase = Files.writeString(folder.resolve("passphrase"), "theirs\n");
        List<String> program =
                List.of(
                        gpgsm,
                        "--homedir",
                        home.toString(),
                        "--pinentry-mode",
                        "loopback",
                        "--passphrase-fd",
                        "0");
        for (Case each : cases().stream().filter(Case::gpgsm).toList()) {
            Identity identity = AUTHORITY.person("bob@partner.example", each.kind);
            GnupgKeys.take(() -> {
                Path p12 = fresh("bob.p12");
                opensslP12(identity, p12);
                return run(with(program, "--import", p12.toString()), passphrase);
            });
            String message = encrypted(recipient(identity, each.content, each.transport));
            byte[] cms =
                    Base64.getMimeDecoder()
                            .decode(message.substring(message.indexOf("\r\n\r\n") + 4));
            Path object = folder.resolve("object.p7m");
            Path out = fresh("plain");
            Files.write(object, cms);
            List<String> decrypt =
                    with(program, "--output", out.toString(), "--decrypt", object.toString());
            assertEquals(0, run(decrypt, passphrase), each.toString());
            assertTrue(isWhole(Files.readAllBytes(out)), each.toString());

            Files.delete(out);
            cms[cms.length / 2] ^= 1;
            Files.write(object, cms);
            int exit = run(decrypt, passphrase);
            byte[] changed = Files.exists(out) ? Files.readAllBytes(out) : new byte[0];
            assertNotEquals(0, exit + (isWhole(changed) ? 0 : 1), "one bit was changed");
        }
        run(List.of("gpgconf", "--homedir", home.toString(), "--kill", "all"));
    }

    private Path fresh(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        return file;
    }

    /// In the old form, because GnuPG 2.2 reads no other.
    private void opensslP12(Identity identity, Path p12) throws Exception {
        Path key = fresh("p12-key.pem");
        Path certificate = fresh("p12-certificate.pem");
        Pem.write(key, identity.key());
        Pem.write(certificate, List.of(identity.certificate()));
        Path passphrase = folder.resolve("passphrase");
        List<String> command =
                List.of(
                        Peers.program("openssl").toString(),
                        "pkcs12",
                        "-export",
                        "-legacy",
                        "-inkey",
                        key.toString(),
                        "-in",
                        certificate.toString(),
                        "-passout",
                        "file:" + passphrase,
                        "-out",
                        p12.toString());
        assertEquals(0, run(command), "openssl pkcs12");
    }

    private static boolean isWhole(byte[] entity) {
        String text = new String(entity, ISO_8859_1);
        int body = text.indexOf("\r\n\r\n");
        return body > 0
                && text.startsWith("From: a@clinic.example\r\nSubject: x\r\n")
                && text.substring(body + 4).equals("All is well.\r\n".repeat(10_000));
    }

    private static List<String> with(List<String> program, String... words) {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(words));
        return command;
    }

    private int run(List<String> command) throws Exception {
        return run(command, Path.of("/dev/null"));
    }

    private int run(List<String> command, Path input) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(input.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("said").toFile())
                        .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command.getFirst() + " does not end");
        }
        return process.exitValue();
    }
}
