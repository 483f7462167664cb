package org.postern.opening;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.postern.opening.ReaderWorld.ANNA;
import static org.postern.opening.ReaderWorld.AUTHORITY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.testkit.GnupgKeys;
import org.postern.testkit.Peers;
import org.postern.testkit.SmimeMail;

/// What OpenSSL and GnuPG sign and encrypt is read and judged right (G13).
final class SmimeReaderPeersTest {
    private static final String TEXT = "Content-Type: text/plain\r\n\r\nHello\r\n";
    private static final String FROM = SmimeMail.from("ann@partner.example");

    @TempDir Path folder;

    private ReaderWorld world;

    @BeforeEach
    void open() throws IOException {
        world = new ReaderWorld(folder);
        Files.writeString(folder.resolve("plain"), TEXT, ISO_8859_1);
        Pem.write(folder.resolve("anna.pem"), List.of(ANNA.certificate()));
    }

    @Test
    void opensslSigns() throws Exception {
        for (KeyKind kind : List.of(KeyKind.RSA_2048, KeyKind.P_256, KeyKind.P_384)) {
            Identity ann = AUTHORITY.person("ann@partner.example", kind);
            for (String digest : List.of("sha256", "sha384", "sha512")) {
                says("signed: valid", FROM + opensslSigned(ann, "-md", digest));
                says("signed: valid", FROM + opensslSigned(ann, "-md", digest, "-nodetach"));
            }
            says("weak: weak", FROM + opensslSigned(ann, "-md", "sha1"));
            says("unproved: no-certificate", FROM + opensslSigned(ann, "-nocerts"));
            says(
                    "altered: altered",
                    FROM + opensslSigned(ann, "-md", "sha256").replace("Hello", "Hullo"));
        }
        Identity rsa = AUTHORITY.person("ann@partner.example", KeyKind.RSA_2048);
        says(
                "signed: valid",
                FROM + opensslSigned(rsa, "-keyopt", "rsa_padding_mode:pss", "-md", "sha256"));
    }

    @Test
    void opensslEncrypts() throws Exception {
        for (String cipher : List.of("-aes-128-gcm", "-aes-256-gcm")) {
            says("encrypted: opened", FROM + opensslEncrypted(cipher));
        }
        for (String cipher : List.of("-aes128", "-aes192", "-aes256", "-des3")) {
            says(
                    "encrypted-unauthenticated: opened-unauthenticated",
                    FROM + opensslEncrypted(cipher));
        }
        Identity ann = AUTHORITY.person("ann@partner.example", KeyKind.RSA_2048);
        Files.writeString(folder.resolve("plain"), opensslSigned(ann, "-md", "sha256"), ISO_8859_1);
        says("signed-encrypted: opened valid", FROM + opensslEncrypted("-aes-256-gcm"));
        says(
                "signed-encrypted: opened-unauthenticated valid",
                FROM + opensslEncrypted("-aes256", "-keyid"));
    }

    @Test
    void gpgsmSignsAndEncrypts() throws Exception {
        Path gpgsm = Peers.program("gpgsm");
        Path home = folder.resolve("gnupg");
        Files.createDirectory(
                home,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Identity ann = AUTHORITY.person("ann@partner.example", KeyKind.RSA_2048);
        Pem.write(folder.resolve("ann.key"), ann.key());
        Pem.write(folder.resolve("ann.crt"), ann.chain());
        List<String> gnupg =
                List.of(
                        gpgsm.toString(),
                        "--homedir",
                        home.toString(),
                        "--batch",
                        "--disable-crl-checks",
                        "--pinentry-mode",
                        "loopback",
                        "--passphrase-fd",
                        "0",
                        "--disable-policy-checks");
        String fingerprint =
                HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-1")
                                        .digest(AUTHORITY.authority().certificate().getEncoded()));
        Files.writeString(home.resolve("trustlist.txt"), fingerprint + " S relax\n");
        GnupgKeys.take(() -> {
            run(
                    "openssl",
                    "pkcs12",
                    "-export",
                    "-inkey",
                    file("ann.key"),
                    "-in",
                    file("ann.crt"),
                    "-out",
                    file("ann.p12"),
                    "-passout",
                    "pass:",
                    "-legacy");
            return ended(gpgCommand(gnupg, "--import", file("ann.p12"))).exit();
        });
        gpg(gnupg, "--import", file("anna.pem"));
        for (String digest : List.of("SHA256", "SHA384", "SHA512")) {
            gpg(
                    gnupg,
                    "--armor",
                    "--detach-sign",
                    "-u",
                    "ann@partner.example",
                    "--digest-algo",
                    digest,
                    "--yes",
                    "-o",
                    file("signature"),
                    file("plain"));
            String armored = Files.readString(folder.resolve("signature"), ISO_8859_1);
            String message = FROM + SmimeMail.clear(TEXT, unarmored(armored));
            says("signed: valid", message);
            says("altered: altered", message.replace("Hello", "Hullo"));
        }
        gpg(gnupg, "--sign", "-u", "ann@partner.example", "-o", file("opaque"), file("plain"));
        says(
                "signed: valid",
                FROM
                        + SmimeMail.object(
                                "signed-data", Files.readAllBytes(folder.resolve("opaque"))));
        // It writes no AuthEnvelopedData, and wraps keys by PKCS#1 v1.5 only.
        for (String cipher : List.of("AES128", "AES192", "AES256")) {
            gpg(
                    gnupg,
                    "--encrypt",
                    "--cipher-algo",
                    cipher,
                    "--yes",
                    "-r",
                    "anna@clinic.example",
                    "-o",
                    file("sealed"),
                    file("plain"));
            byte[] sealed = Files.readAllBytes(folder.resolve("sealed"));
            says(
                    "encrypted-unauthenticated: opened-unauthenticated",
                    FROM + SmimeMail.object("enveloped-data", sealed));
        }
    }

    private static byte[] unarmored(String armored) {
        StringBuilder base64 = new StringBuilder();
        armored.lines().filter(line -> !line.startsWith("-----")).forEach(base64::append);
        return java.util.Base64.getMimeDecoder().decode(base64.toString());
    }

    private static void gpg(List<String> common, String... words) throws Exception {
        run(gpgCommand(common, words));
    }

    private static String[] gpgCommand(List<String> common, String... words) {
        List<String> command = new ArrayList<>(common);
        command.addAll(List.of(words));
        return command.toArray(String[]::new);
    }

    private String opensslSigned(Identity by, String... options) throws Exception {
        for (String name : List.of("signer.key", "signer.crt", "chain.crt")) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Pem.write(folder.resolve("signer.key"), by.key());
        Pem.write(folder.resolve("signer.crt"), List.of(by.certificate()));
        List<String> command = new ArrayList<>();
        command.addAll(List.of("openssl", "cms", "-sign", "-signer", file("signer.crt")));
        command.addAll(List.of("-inkey", file("signer.key"), "-in", file("plain")));
        command.addAll(List.of("-out", file("signed.eml")));
        command.addAll(List.of(options));
        run(command.toArray(String[]::new));
        return Files.readString(folder.resolve("signed.eml"), ISO_8859_1);
    }

    private String opensslEncrypted(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("openssl", "cms", "-encrypt", "-in", file("plain")));
        command.addAll(List.of("-out", file("sealed.eml")));
        command.addAll(List.of(options));
        command.add(file("anna.pem"));
        run(command.toArray(String[]::new));
        return Files.readString(folder.resolve("sealed.eml"), ISO_8859_1);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private static void run(String... command) throws Exception {
        Ended ended = ended(command);
        assertEquals(0, ended.exit(), ended.said());
    }

    /// How a program ended.
    private record Ended(int exit, String said) {}

    private static Ended ended(String... command) throws Exception {
        Peers.program(Path.of(command[0]).getFileName().toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        return new Ended(process.waitFor(), said);
    }

    private void says(String codes, String message) throws IOException {
        Reading reading = world.read(message.getBytes(ISO_8859_1), ANNA);
        assertEquals(codes, ReaderWorld.codes(reading));
    }
}
