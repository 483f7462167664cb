package org.postern.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.postern.mail.Content;
import org.postern.pki.KeyKind;
import org.postern.signature.Form;
import org.postern.signature.RsaPadding;
import org.postern.signature.Signer;
import org.postern.smime.Payload;
import org.postern.smime.SmimeException;
import org.postern.testkit.TestAuthority;

/// Signing a message that has seven bits already, as most have.
@State(Scope.Thread)
public class SigningBenchmark {
    /// Octets of the message.
    @Param({"10240", "1048576"})
    public int octets;

    @Param({"RSA_2048", "P_256", "ED25519"})
    public KeyKind key = KeyKind.P_256;

    @Param({"CLEAR", "OPAQUE"})
    public Form form = Form.CLEAR;

    private final TestAuthority authority = TestAuthority.create();
    private Content message = Content.of(new byte[0]);
    private Signer signer = signer();

    /// Makes the message and the key.
    @Setup
    public void prepare() {
        signer = signer();
        String text = "Subject: x\r\n\r\n" + ("x".repeat(76) + "\r\n").repeat(octets / 78);
        message = Content.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Benchmark
    public void sign() throws IOException, SmimeException {
        Payload payload = Payload.of(message, Payload.Layers.CLEAR);
        payload.around(signer.sign(payload.entity(), form, TestAuthority.NOW))
                .writeTo(OutputStream.nullOutputStream());
    }

    private Signer signer() {
        return new Signer(authority.person("a@clinic.example", key), RsaPadding.PKCS1);
    }
}
