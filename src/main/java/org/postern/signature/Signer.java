package org.postern.signature;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataStreamGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.util.CollectionStore;
import org.bouncycastle.util.io.TeeOutputStream;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.pki.Identity;
import org.postern.pki.Providers;
import org.postern.random.Randomness;
import org.postern.smime.Base64Lines;
import org.postern.smime.SmimeException;

/// Signs entities with one key (RFC 8551 §3.5). The certificates up to the authority go along.
///
/// The content is read once to see whether it has the form that every hop leaves alone, and once
/// while it is signed and written, with bounded memory. Safe for use by many threads.
public final class Signer {
    /// SUN hashes several times as fast as Bouncy Castle.
    private static final String DIGEST_PROVIDER = "SUN";

    /// Octets of a SignedData's pieces (BER), where the content stands inside.
    private static final int PIECE_OCTETS = 32 * 1_024;

    private static final int BOUNDARY_OCTETS = 16;

    /// RFC 8551 §3.5.2.
    private static final byte[] OPAQUE_FIELDS =
            fields(
                    """
                    MIME-Version: 1.0
                    Content-Type: application/pkcs7-mime; smime-type=signed-data;
                     name="smime.p7m"
                    Content-Transfer-Encoding: base64
                    Content-Disposition: attachment; filename="smime.p7m"

                    """);

    private final Identity identity;
    private final Scheme scheme;
    private final List<X509CertificateHolder> chain;
    private final DigestCalculatorProvider digests;

    /// @throws IllegalArgumentException if nothing is signed by a key of that kind
    public Signer(Identity identity, RsaPadding padding) {
        this.identity = identity;
        this.scheme = Scheme.of(identity.certificate().getPublicKey(), padding);
        this.chain = holders(identity.chain());
        try {
            this.digests =
                    new JcaDigestCalculatorProviderBuilder().setProvider(DIGEST_PROVIDER).build();
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("this Java has no provider " + DIGEST_PROVIDER, e);
        }
    }

    /// The certificate that the signatures name.
    public X509Certificate certificate() {
        return identity.certificate();
    }

    /// Prepares the signed form of an entity, which begins with its MIME fields. Nothing is signed
    /// before it is written; each writing makes a new signature.
    ///
    /// @param entity stays readable, and the same, as long as the result is used
    /// @param form what is wished; an entity that some hop might change is signed opaque
    /// @param time that the signature names
    /// @throws SmimeException if the entity cannot be read without a doubt
    public ContentWriter sign(Content entity, Form form, Instant time)
            throws IOException, SmimeException {
        Canonical canonical = Canonical.of(entity);
        AttributeTable attributes = Attributes.of(identity.certificate(), time);
        ContentWriter content = canonical.entity();
        return form == Form.CLEAR && canonical.sevenBit()
                ? out -> writeClear(content, attributes, out)
                : out -> writeOpaque(content, attributes, out);
    }

    private void writeClear(ContentWriter content, AttributeTable attributes, OutputStream out)
            throws IOException {
        byte[] random = new byte[BOUNDARY_OCTETS];
        Randomness.shared().nextBytes(random);
        String boundary = "signed-" + HexFormat.of().formatHex(random);
        out.write(
                fields(
                        """
                        MIME-Version: 1.0
                        Content-Type: multipart/signed; micalg=%s;
                         protocol="application/pkcs7-signature";
                         boundary="%s"

                        This message is signed (S/MIME).
                        --%2$s
                        """
                                .formatted(scheme.micalg(), boundary)));
        ByteArrayOutputStream signature = new ByteArrayOutputStream();
        OutputStream hash = openCms(signature, attributes, false);
        content.writeTo(new TeeOutputStream(out, hash));
        hash.close();
        // The line end before a delimiter belongs to it (RFC 2046 §5.1.1).
        out.write(
                fields(
                        """

                        --%s
                        Content-Type: application/pkcs7-signature; name="smime.p7s"
                        Content-Transfer-Encoding: base64
                        Content-Disposition: attachment; filename="smime.p7s"

                        """
                                .formatted(boundary)));
        Base64Lines base64 = new Base64Lines(out, OptionalLong.of(signature.size()));
        signature.writeTo(base64);
        base64.finish();
        out.write(fields("--%s--\n".formatted(boundary)));
    }

    private void writeOpaque(ContentWriter content, AttributeTable attributes, OutputStream out)
            throws IOException {
        out.write(OPAQUE_FIELDS);
        Base64Lines base64 = new Base64Lines(out, content.octets());
        OutputStream cms = openCms(base64, attributes, true);
        content.writeTo(cms);
        // Not closed if writing fails: what is broken must not bear a signature.
        cms.close();
        base64.finish();
    }

    private OutputStream openCms(OutputStream out, AttributeTable attributes, boolean inside)
            throws IOException {
        try {
            CMSSignedDataStreamGenerator generator = new CMSSignedDataStreamGenerator();
            generator.setBufferSize(PIECE_OCTETS);
            generator.addSignerInfoGenerator(signerInfo(attributes));
            generator.addCertificates(new CollectionStore<>(chain));
            return generator.open(out, inside);
        } catch (CMSException | GeneralSecurityException | OperatorCreationException e) {
            throw new UnsignedException(e);
        }
    }

    private SignerInfoGenerator signerInfo(AttributeTable attributes)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaSignerInfoGeneratorBuilder(digests)
                .setContentDigest(scheme.digest())
                .setSignedAttributeGenerator(new DefaultSignedAttributeTableGenerator(attributes))
                .build(
                        new JcaContentSignerBuilder(scheme.algorithm())
                                .setProvider(Providers.BOUNCY_CASTLE)
                                .build(identity.key()),
                        identity.certificate());
    }

    private static List<X509CertificateHolder> holders(List<X509Certificate> chain) {
        List<X509CertificateHolder> holders = new ArrayList<>();
        try {
            for (X509Certificate certificate : chain) {
                holders.add(new X509CertificateHolder(certificate.getEncoded()));
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("a certificate of a signer has no encoding", e);
        }
        return List.copyOf(holders);
    }

    private static byte[] fields(String text) {
        return text.replace("\n", "\r\n").getBytes(US_ASCII);
    }
}
