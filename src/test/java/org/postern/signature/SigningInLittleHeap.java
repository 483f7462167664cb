package org.postern.signature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.cms.CMSSignedDataParser;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.mime.TransferEncoding;
import org.postern.pki.Identity;
import org.postern.pki.Providers;
import org.postern.smime.Payload;
import org.postern.testkit.InFile;
import org.postern.testkit.TestAuthority;

/// A program, not a test: signs one message from and to files in a JVM of its own, in both forms,
/// and has the library's reader of streams verify it, so that the heap can be bounded.
///
/// Arguments: FOLDER OCTETS
public final class SigningInLittleHeap {
    private SigningInLittleHeap() {}

    /// Exits with an exception, and so not with 0, if anything is wrong.
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Path plain = folder.resolve("plain");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(plain))) {
            out.write("From: a@b.example\r\nSubject: x\r\n\r\n".getBytes(ISO_8859_1));
            for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                out.write(i * 31 ^ i >> 8);
            }
        }
        Identity identity = TestAuthority.create().person("a@b.example");
        for (Form form : Form.values()) {
            Payload payload = Payload.of(new InFile(plain), Payload.Layers.CLEAR);
            Path signed = folder.resolve(form.name());
            try (OutputStream out = Files.newOutputStream(signed)) {
                payload.around(
                                new Signer(identity, RsaPadding.PKCS1)
                                        .sign(payload.entity(), form, TestAuthority.NOW))
                        .writeTo(out);
            }
            if (form == Form.OPAQUE && !holds(new InFile(signed), identity)) {
                throw new IllegalStateException("the signature does not hold");
            }
        }
    }

    private static boolean holds(Content signed, Identity identity) throws Exception {
        try (InputStream in = signed.open()) {
            in.skipNBytes(HeaderSection.read(signed).octets());
            CMSSignedDataParser parser =
                    new CMSSignedDataParser(
                            new JcaDigestCalculatorProviderBuilder().build(),
                            TransferEncoding.BASE64.decode(in));
            parser.getSignedContent().drain();
            SignerInformation signer = parser.getSignerInfos().iterator().next();
            return signer.verify(
                    new JcaSimpleSignerInfoVerifierBuilder()
                            .setProvider(Providers.BOUNCY_CASTLE)
                            .build(identity.certificate()));
        }
    }
}
