package org.postern.opening;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.postern.opening.ReaderWorld.AUTHORITY;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.testkit.OpensslCms;
import org.postern.testkit.SmimeMail;

/// The table of RFC 8551 (§2.1 to §2.7), inward: each way to wrap a key with each cipher, and each
/// signature with each digest, as OpenSSL makes them. What it cannot make (X25519, ChaCha20, EdDSA)
/// is in `CurveAndStreamTest` and `SmimeReaderTest`; the way outward in `CapabilitiesTest` and
/// `PeersVerifyTest`. ECDH with cofactors (RFC 5753 §3.1.1, MAY) is not read.
final class OpensslMatrixTest {
    private static final String TEXT = "Content-Type: text/plain\r\n\r\nHello\r\n";
    private static final String FROM = SmimeMail.from("ann@partner.example");

    @TempDir Path folder;

    private ReaderWorld world;
    private OpensslCms openssl;

    /// @param options how OpenSSL is told to wrap the key
    private record Wrapping(KeyKind kind, List<String> options) {
        static Wrapping of(KeyKind kind, String... options) {
            return new Wrapping(kind, List.of(options));
        }
    }

    private static final List<Wrapping> WRAPPINGS =
            List.of(
                    Wrapping.of(KeyKind.RSA_2048),
                    Wrapping.of(KeyKind.RSA_3072),
                    Wrapping.of(KeyKind.RSA_2048, "rsa_padding_mode:oaep"),
                    Wrapping.of(KeyKind.RSA_2048, "rsa_padding_mode:oaep", "rsa_oaep_md:sha256"),
                    Wrapping.of(KeyKind.RSA_3072, "rsa_padding_mode:oaep", "rsa_oaep_md:sha512"),
                    Wrapping.of(KeyKind.P_256),
                    Wrapping.of(KeyKind.P_256, "ecdh_kdf_md:sha256"),
                    Wrapping.of(KeyKind.P_384, "ecdh_kdf_md:sha384"),
                    Wrapping.of(KeyKind.P_521, "ecdh_kdf_md:sha512"));

    /// Of MUST and MUST-, and those beside them.
    private static final List<String> AUTHENTICATED = List.of("-aes-128-gcm", "-aes-256-gcm");

    private static final List<String> PLAIN = List.of("-aes128", "-aes192", "-aes256");

    @BeforeEach
    void open() throws Exception {
        world = new ReaderWorld(folder);
        openssl = OpensslCms.in(folder);
        Files.writeString(folder.resolve("plain"), TEXT, ISO_8859_1);
    }

    @Test
    void eachWrappingWithEachCipherIsOpened() throws Exception {
        for (Wrapping each : WRAPPINGS) {
            Identity anna = AUTHORITY.person("anna@clinic.example", each.kind());
            String what = each.kind() + " " + String.join(" ", each.options());
            for (String cipher : AUTHENTICATED) {
                String sealed = sealed(anna, each, cipher);
                assertEquals("encrypted: opened", codes(sealed, anna), what + cipher);
                assertEquals("not-opened: not-opened", codes(changed(sealed), anna), what + cipher);
            }
            for (String cipher : PLAIN) {
                assertEquals(
                        "encrypted-unauthenticated: opened-unauthenticated",
                        codes(sealed(anna, each, cipher), anna),
                        what + cipher);
            }
        }
    }

    @Test
    void eachKeyWithEachDigestIsVerified() throws Exception {
        for (KeyKind kind :
                List.of(
                        KeyKind.RSA_2048,
                        KeyKind.RSA_3072,
                        KeyKind.P_256,
                        KeyKind.P_384,
                        KeyKind.P_521)) {
            Identity ann = AUTHORITY.person("ann@partner.example", kind);
            for (String digest : List.of("sha256", "sha384", "sha512")) {
                signed(ann, digest, kind + " " + digest);
                if (kind == KeyKind.RSA_2048 || kind == KeyKind.RSA_3072) {
                    signed(ann, digest, "PSS " + digest, "-keyopt", "rsa_padding_mode:pss");
                }
            }
        }
    }

    private void signed(Identity by, String digest, String what, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of("-sign", "-signer", pem("signer", by)));
        words.addAll(List.of("-inkey", key("signer", by), "-in", file("plain")));
        words.addAll(List.of("-out", file("made.eml"), "-md", digest));
        words.addAll(List.of(more));
        String message = made(words);
        assertEquals("signed: valid", codes(message, ReaderWorld.ANNA), what);
        assertEquals(
                "altered: altered",
                codes(message.replace("Hello", "Hullo"), ReaderWorld.ANNA),
                what);
        words.add("-nodetach");
        assertEquals("signed: valid", codes(made(words), ReaderWorld.ANNA), what + " opaque");
    }

    private String sealed(Identity to, Wrapping wrapping, String cipher) throws Exception {
        List<String> words = new ArrayList<>(List.of("-encrypt", "-in", file("plain"), cipher));
        words.addAll(List.of("-out", file("made.eml"), "-recip", pem("anna", to)));
        for (String option : wrapping.options()) {
            words.addAll(List.of("-keyopt", option));
        }
        return made(words);
    }

    private String made(List<String> words) throws Exception {
        OpensslCms.Run run = openssl.run(words.toArray(String[]::new));
        assertEquals(0, run.exit(), run.said());
        return Files.readString(folder.resolve("made.eml"), ISO_8859_1);
    }

    private String codes(String message, Identity reader) throws Exception {
        return ReaderWorld.codes(world.read((FROM + message).getBytes(ISO_8859_1), reader));
    }

    /// The last octet, of the tag.
    private static String changed(String message) {
        String end = message.contains("\r\n\r\n") ? "\r\n\r\n" : "\n\n";
        int begin = message.indexOf(end) + end.length();
        byte[] cms = Base64.getMimeDecoder().decode(message.substring(begin));
        cms[cms.length - 1] ^= 1;
        String changed = message.substring(0, begin) + Base64.getMimeEncoder().encodeToString(cms);
        assertNotEquals(message, changed);
        return changed + "\r\n";
    }

    private String pem(String name, Identity identity) throws Exception {
        Path file = folder.resolve(name + ".pem");
        Files.deleteIfExists(file);
        Pem.write(file, List.of(identity.certificate()));
        return file.toString();
    }

    private String key(String name, Identity identity) throws Exception {
        Path file = folder.resolve(name + ".key");
        Files.deleteIfExists(file);
        Pem.write(file, identity.key());
        return file.toString();
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }
}
