package org.postern.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.postern.mail.Content;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.smime.KeyTransport;
import org.postern.smime.Opened;
import org.postern.smime.SmimeDecryptor;
import org.postern.smime.SmimeEncryptor;
import org.postern.smime.SmimeException;
import org.postern.testkit.TestAuthority;

/// The CMS stream, both ways: AES-256-GCM for one recipient, base64 included.
@State(Scope.Thread)
public class SmimeBenchmark {
    private static final int MESSAGE_OCTETS_MAX = 1 << 20;

    /// Octets of the message.
    @Param({"10240", "1048576"})
    public int octets;

    @Param({"RSA_2048", "P_256"})
    public KeyKind key = KeyKind.RSA_2048;

    private Content message = Content.of(new byte[0]);
    private Content encrypted = message;
    private final TestAuthority authority = TestAuthority.create();
    private Identity identity = identity();
    private SmimeDecryptor decryptor = new SmimeDecryptor(List.of(identity));

    /// One for all messages, as the gateway has it.
    private final SmimeEncryptor encryptor = new SmimeEncryptor(KeyTransport.OAEP_SHA256);

    /// Makes the message and its encrypted form.
    @Setup
    public void prepare() throws IOException, SmimeException {
        identity = identity();
        decryptor = new SmimeDecryptor(List.of(identity));
        String text = "Subject: x\r\n\r\n" + ("x".repeat(76) + "\r\n").repeat(octets / 78);
        message = Content.of(text.getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream out = new ByteArrayOutputStream(2 * MESSAGE_OCTETS_MAX);
        writeTo(out);
        encrypted = Content.of(out.toByteArray());
    }

    @Benchmark
    public void encrypt() throws IOException, SmimeException {
        writeTo(OutputStream.nullOutputStream());
    }

    @Benchmark
    public long decrypt() throws IOException {
        Opened opened = decryptor.open(encrypted);
        if (opened instanceof Opened.Plain(Content entity)) {
            try (InputStream in = entity.open()) {
                return in.transferTo(OutputStream.nullOutputStream());
            }
        }
        throw new IllegalStateException("it does not open");
    }

    private Identity identity() {
        return authority.person("a@partner.example", key);
    }

    private void writeTo(OutputStream out) throws IOException, SmimeException {
        encryptor.encrypt(message, List.of(identity.certificate())).writeTo(out);
    }
}
