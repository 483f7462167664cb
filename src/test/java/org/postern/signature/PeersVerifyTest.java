package org.postern.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.testkit.Peers;
import org.postern.testkit.TestAuthority;

/// OpenSSL and GnuPG verify what we sign, each scheme in each form, and refuse it once one octet
/// was changed.
final class PeersVerifyTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    private static final String MESSAGE =
            """
            From: Ann <ann@clinic.example>
            To: bob@partner.example
            Subject: Results
            MIME-Version: 1.0
            Content-Type: text/plain; charset=us-ascii

            All is well.
            """
                    .replace("\n", "\r\n");

    @TempDir static Path folder;
    private static Path home = Path.of("");

    /// @param openssl whether OpenSSL 3.0 verifies it; likewise GnuPG 2.2
    private record Case(KeyKind kind, RsaPadding padding, boolean openssl, boolean gpgsm) {}

    private static final List<Case> CASES =
            List.of(
                    new Case(KeyKind.RSA_2048, RsaPadding.PKCS1, true, true),
                    new Case(KeyKind.RSA_3072, RsaPadding.PKCS1, true, true),
                    new Case(KeyKind.RSA_2048, RsaPadding.PSS, true, true),
                    new Case(KeyKind.P_256, RsaPadding.PKCS1, true, true),
                    new Case(KeyKind.P_384, RsaPadding.PKCS1, true, true),
                    // GnuPG 2.2 calls its signatures bad, which OpenSSL verifies.
                    new Case(KeyKind.P_521, RsaPadding.PKCS1, true, false),
                    // Neither release verifies RFC 8419.
                    new Case(KeyKind.ED25519, RsaPadding.PKCS1, false, false));

    @BeforeAll
    static void trust() throws Exception {
        X509Certificate root = AUTHORITY.authority().certificate();
        Pem.write(folder.resolve("root.pem"), List.of(root));
        home =
                Files.createTempDirectory(
                        "gpgsm",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        String print =
                HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-1").digest(root.getEncoded()))
                        .toUpperCase(Locale.ROOT);
        Files.writeString(home.resolve("trustlist.txt"), print + " S relax\n");
        Files.writeString(home.resolve("gpgsm.conf"), "disable-crl-checks\nbatch\nno-tty\n");
    }

    @AfterAll
    static void end() throws Exception {
        run(List.of("gpgconf", "--homedir", home.toString(), "--kill", "all"));
    }

    @Test
    void opensslVerifies() throws Exception {
        String openssl = Peers.program("openssl").toString();
        for (Case each : CASES) {
            for (Form form : Form.values()) {
                String signed = signed(each, form);
                assertEquals(each.openssl(), openssl(openssl, signed) == 0, each + " " + form);
                assertNotEquals(0, openssl(openssl, changed(signed, form)), each + " " + form);
            }
        }
    }

    private static int openssl(String openssl, String message) throws Exception {
        Path file = folder.resolve("signed.eml");
        Files.writeString(file, message, ISO_8859_1);
        return run(
                List.of(
                        openssl,
                        "cms",
                        "-verify",
                        "-attime",
                        Long.toString(TestAuthority.NOW.getEpochSecond()),
                        "-in",
                        file.toString(),
                        "-CAfile",
                        folder.resolve("root.pem").toString(),
                        "-out",
                        folder.resolve("content").toString()));
    }

    @Test
    void gnupgVerifies() throws Exception {
        String gpgsm = Peers.program("gpgsm").toString();
        int imported = run(gpgsm(gpgsm, "--import", folder.resolve("root.pem").toString()));
        assertEquals(0, imported);
        for (Case each : CASES) {
            for (Form form : Form.values()) {
                String signed = signed(each, form);
                assertEquals(each.gpgsm(), gpgsm(gpgsm, signed, form) == 0, each + " " + form);
                assertNotEquals(0, gpgsm(gpgsm, changed(signed, form), form), each + " " + form);
            }
        }
    }

    private static int gpgsm(String gpgsm, String message, Form form) throws Exception {
        Path signature = folder.resolve("signature.p7s");
        Path content = folder.resolve("content.txt");
        if (form == Form.OPAQUE) {
            Files.write(signature, decoded(message.substring(message.indexOf("\r\n\r\n") + 4)));
            return run(gpgsm(gpgsm, "--verify", signature.toString()));
        }
        int at = message.indexOf("boundary=\"") + "boundary=\"".length();
        String boundary = message.substring(at, message.indexOf('"', at));
        String[] parts = message.split("(\r\n|^)--" + boundary + "(\r\n|--\r\n)", -1);
        Files.writeString(content, parts[1], ISO_8859_1);
        Files.write(signature, decoded(parts[2].substring(parts[2].indexOf("\r\n\r\n") + 4)));
        return run(gpgsm(gpgsm, "--verify", signature.toString(), content.toString()));
    }

    private static byte[] decoded(String base64) {
        return Base64.getMimeDecoder().decode(base64.getBytes(US_ASCII));
    }

    private static List<String> gpgsm(String gpgsm, String... words) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(gpgsm, "--homedir", home.toString()));
        command.addAll(List.of(words));
        return command;
    }

    private static String signed(Case each, Form form) throws Exception {
        Identity identity = AUTHORITY.person("ann@clinic.example", each.kind);
        return SignerTest.text(SignerTest.sign(MESSAGE, new Signer(identity, each.padding), form));
    }

    /// One letter of the content, wherever it stands.
    private static String changed(String signed, Form form) {
        if (form == Form.CLEAR) {
            return signed.replace("All is well.", "All is hell.");
        }
        int at = signed.indexOf("\r\n\r\n") + 4;
        byte[] cms = decoded(signed.substring(at));
        int content = new String(cms, ISO_8859_1).indexOf("All is well.");
        assertTrue(content > 0, "the content stands in the clear");
        cms[content] ^= 1;
        return signed.substring(0, at) + Base64.getMimeEncoder().encodeToString(cms) + "\r\n";
    }

    private static int run(List<String> command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("said").toFile())
                        .start();
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command.getFirst() + " does not end");
        }
        return process.exitValue();
    }
}
