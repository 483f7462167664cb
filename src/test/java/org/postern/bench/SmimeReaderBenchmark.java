package org.postern.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.postern.mail.Content;
import org.postern.opening.MessageVerdict;
import org.postern.opening.SmimeReader;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.smime.SmimeDecryptor;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.TestAuthority;

/// From a message to its verdict, the path to the anchor included.
@State(Scope.Thread)
public class SmimeReaderBenchmark {
    /// Octets of the signed text.
    @Param({"10240", "1048576"})
    public int octets;

    @Param({"RSA_2048", "P_256"})
    public KeyKind key = KeyKind.P_256;

    private Content signed = Content.of(new byte[0]);
    private Content signedEncrypted = signed;
    private SmimeReader reader = reader(Path.of("."), List.of());

    /// Makes keys and messages.
    @Setup
    public void prepare() throws IOException {
        TestAuthority authority = TestAuthority.create();
        Identity ann = authority.person("ann@partner.example", key);
        Identity anna = authority.person("anna@clinic.example", KeyKind.RSA_2048);
        Path partners = Files.createTempDirectory("partners");
        Files.createDirectory(partners.resolve("anchors"));
        Pem.write(
                partners.resolve("anchors/root.pem"), List.of(authority.authority().certificate()));
        String text =
                "Content-Type: text/plain\r\n\r\n" + ("x".repeat(76) + "\r\n").repeat(octets / 78);
        SmimeMail.By by = key == KeyKind.RSA_2048 ? SmimeMail.By.rsa(ann) : SmimeMail.By.ec(ann);
        String clear = SmimeMail.clear(text, by);
        String from = SmimeMail.from("ann@partner.example");
        signed = content(from + clear);
        signedEncrypted = content(from + SmimeMail.gcm(clear, anna));
        reader = reader(partners, List.of(anna));
    }

    @Benchmark
    public MessageVerdict verify() throws IOException {
        return read(signed, MessageVerdict.SIGNED);
    }

    @Benchmark
    public MessageVerdict openAndVerify() throws IOException {
        return read(signedEncrypted, MessageVerdict.SIGNED_ENCRYPTED);
    }

    private MessageVerdict read(Content message, MessageVerdict expected) throws IOException {
        MessageVerdict verdict = reader.read(message, TestAuthority.NOW).verdict();
        if (verdict != expected) {
            throw new IllegalStateException("another verdict: " + verdict);
        }
        return verdict;
    }

    private static SmimeReader reader(Path partners, List<Identity> keys) {
        return new SmimeReader(PartnerDirectory.load(partners), new SmimeDecryptor(keys));
    }

    private static Content content(String text) {
        return Content.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
