package org.postern.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSAuthEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.CMSCompressedDataGenerator;
import org.bouncycastle.cms.CMSEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.ZlibCompressor;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.postern.pki.Identity;
import org.postern.pki.Providers;

/// Writes S/MIME entities and messages, right and wrong ones, by the library's own generators.
/// Octets stand as characters of ISO 8859-1; line ends are CRLF.
public final class SmimeMail {
    private SmimeMail() {}

    /// Who signs, and how.
    ///
    /// @param algorithm JCA's name, such as `SHA256withECDSA`
    /// @param claimed the signing time that stands in the signature
    public record By(Identity identity, String algorithm, Instant claimed) {
        /// The usual way for a P-256 key.
        public static By ec(Identity identity) {
            return new By(identity, "SHA256withECDSA", TestAuthority.NOW);
        }

        /// The usual way for an RSA key.
        public static By rsa(Identity identity) {
            return new By(identity, "SHA256withRSA", TestAuthority.NOW);
        }
    }

    /// Header fields of a message, to stand above an entity.
    public static String from(String address) {
        return "From: %s\r\nTo: anna@clinic.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
                .formatted(address);
    }

    /// multipart/signed around an entity.
    public static String clear(String entity, By... by) {
        return clear(entity, signature(entity, false, by));
    }

    /// multipart/signed with any signature.
    public static String clear(String entity, byte[] signature) {
        return """
        Content-Type: multipart/signed; protocol="application/pkcs7-signature";
         micalg=sha-256; boundary=edge

        --edge
        %s
        --edge
        Content-Type: application/pkcs7-signature; name=smime.p7s
        Content-Transfer-Encoding: base64

        %s
        --edge--
        """
                .replace("\n", "\r\n")
                .formatted(entity, base64(signature));
    }

    /// A signature with the content inside.
    public static String opaque(String entity, By... by) {
        return object("signed-data", signature(entity, true, by));
    }

    /// Any CMS object as an entity.
    public static String object(String type, byte[] object) {
        return "Content-Type: application/pkcs7-mime; smime-type=%s; name=smime.p7m\r\n"
                        .formatted(type)
                + "Content-Transfer-Encoding: base64\r\n\r\n"
                + base64(object)
                + "\r\n";
    }

    /// A SignedData.
    public static byte[] signature(String entity, boolean inside, By... by) {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            for (By each : by) {
                add(generator, each);
            }
            return generator
                    .generate(new CMSProcessableByteArray(entity.getBytes(ISO_8859_1)), inside)
                    .getEncoded();
        } catch (GeneralSecurityException
                | OperatorCreationException
                | CMSException
                | IOException e) {
            throw new IllegalStateException("the test cannot sign", e);
        }
    }

    private static void add(CMSSignedDataGenerator generator, By by)
            throws OperatorCreationException, GeneralSecurityException, CMSException {
        ASN1EncodableVector attributes = new ASN1EncodableVector();
        attributes.add(
                new Attribute(
                        CMSAttributes.signingTime, new DERSet(new Time(Date.from(by.claimed())))));
        generator.addSignerInfoGenerator(
                new JcaSignerInfoGeneratorBuilder(
                                new JcaDigestCalculatorProviderBuilder()
                                        .setProvider(Providers.BOUNCY_CASTLE)
                                        .build())
                        .setSignedAttributeGenerator(
                                new DefaultSignedAttributeTableGenerator(
                                        new AttributeTable(attributes)))
                        .build(
                                new JcaContentSignerBuilder(by.algorithm())
                                        .setProvider(Providers.BOUNCY_CASTLE)
                                        .build(by.identity().key()),
                                by.identity().certificate()));
        generator.addCertificates(new JcaCertStore(by.identity().chain()));
    }

    /// An EnvelopedData with CBC, for RSA keys.
    public static byte[] cbc(String entity, ASN1ObjectIdentifier algorithm, Identity... to) {
        try {
            CMSEnvelopedDataStreamGenerator generator = new CMSEnvelopedDataStreamGenerator();
            for (Identity identity : to) {
                generator.addRecipientInfoGenerator(
                        new JceKeyTransRecipientInfoGenerator(identity.certificate())
                                .setProvider(Providers.BOUNCY_CASTLE));
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (OutputStream cms =
                    generator.open(
                            out,
                            new JceCMSContentEncryptorBuilder(algorithm)
                                    .setProvider(Providers.BOUNCY_CASTLE)
                                    .build())) {
                cms.write(entity.getBytes(ISO_8859_1));
            }
            return out.toByteArray();
        } catch (GeneralSecurityException | CMSException | IOException e) {
            throw new IllegalStateException("the test cannot encrypt", e);
        }
    }

    /// An AuthEnvelopedData, for RSA keys.
    public static String gcm(String entity, Identity... to) {
        try {
            CMSAuthEnvelopedDataStreamGenerator generator =
                    new CMSAuthEnvelopedDataStreamGenerator();
            for (Identity identity : to) {
                generator.addRecipientInfoGenerator(
                        new JceKeyTransRecipientInfoGenerator(identity.certificate())
                                .setProvider(Providers.BOUNCY_CASTLE));
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (OutputStream cms =
                    generator.open(
                            out,
                            (OutputAEADEncryptor)
                                    new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_GCM)
                                            .setProvider("SunJCE")
                                            .build())) {
                cms.write(entity.getBytes(ISO_8859_1));
            }
            return object("authEnveloped-data", out.toByteArray());
        } catch (GeneralSecurityException | CMSException | IOException e) {
            throw new IllegalStateException("the test cannot encrypt", e);
        }
    }

    /// A CompressedData.
    public static String compressed(byte[] content) {
        try {
            return object(
                    "compressed-data",
                    new CMSCompressedDataGenerator()
                            .generate(new CMSProcessableByteArray(content), new ZlibCompressor())
                            .getEncoded());
        } catch (CMSException | IOException e) {
            throw new IllegalStateException("the test cannot compress", e);
        }
    }

    private static String base64(byte[] octets) {
        return Base64.getMimeEncoder().encodeToString(octets);
    }
}
