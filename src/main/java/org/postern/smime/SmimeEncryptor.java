package org.postern.smime;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.postern.smime.Capabilities.ContentEncryption.AES_256_CBC;
import static org.postern.smime.Capabilities.ContentEncryption.CHACHA20_POLY1305;

import java.io.IOException;
import java.io.OutputStream;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSAuthEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.CMSEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.CMSEnvelopedGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.OutputEncryptor;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.pki.Providers;
import org.postern.random.Randomness;
import org.postern.smime.Capabilities.ContentEncryption;

/// Encrypts a message to certificates: AuthEnvelopedData with AES-256-GCM (RFC 8551 §3.4, RFC 5084)
/// or, where that is asked for, ChaCha20-Poly1305 (RFC 8103), or EnvelopedData with AES-256-CBC for
/// whoever can open nothing else (§3.3), with a protected header section (RFC 9788). Whether the
/// certificates may be used is for whoever hands them over.
///
/// Everything is one pass with bounded memory: message, cipher, CMS, base64 and the wire are one
/// stream, so no ciphertext and no plaintext copy lies anywhere. Safe for use by many threads.
public final class SmimeEncryptor {
    /// Recipients of one message.
    public static final int RECIPIENTS_MAX = 1_000;

    /// Pieces of 32 KiB to 1 MiB are fastest in SunJCE's GCM; single large calls are erratic.
    private static final int PIECE_OCTETS = 32 * 1_024;

    private static final String CONTENT_PROVIDER = "SunJCE";

    /// RFC 8551 §3.2.1, §3.2.2.
    private static final String MIME_FIELDS =
            """
            MIME-Version: 1.0
            Content-Type: application/pkcs7-mime; smime-type=%s;
             name="smime.p7m"
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename="smime.p7m"

            """
                    .replace("\n", "\r\n");

    /// Recipients whose certificates were read and are kept.
    private static final int KNOWN_MAX = 2_000;

    private final KeyTransport transport;

    /// Reading a certificate takes a quarter of the time of a short message.
    private final Map<Wanted, RecipientKey> known = new ConcurrentHashMap<>();

    private record Wanted(X509Certificate certificate, KeyTransport transport) {}

    /// @param transport for RSA recipients of whom nothing is known
    public SmimeEncryptor(KeyTransport transport) {
        this.transport = transport;
    }

    /// Prepares the encrypted form of a message. Nothing is encrypted before it is written; each
    /// writing uses a new content key.
    ///
    /// @param original stays readable as long as the result is used
    /// @param recipients at least one; all can open it
    /// @throws SmimeException if the message is ambiguous, breaks a limit or one of the
    ///   certificates has a key that nothing is encrypted to
    public ContentWriter encrypt(Content original, List<X509Certificate> recipients)
            throws IOException, SmimeException {
        Payload payload = Payload.of(original, Payload.Layers.CIPHER);
        Capabilities unknown = Capabilities.unknown(transport);
        return payload.around(
                envelop(
                        payload.entity(),
                        recipients.stream().map(it -> new Recipient(it, unknown)).toList()));
    }

    /// Prepares the encrypted form of an entity, which may be signed already. What one recipient
    /// cannot open is not used for any.
    ///
    /// @throws SmimeException if a certificate has a key that nothing is encrypted to
    public ContentWriter envelop(ContentWriter entity, List<Recipient> recipients)
            throws SmimeException {
        if (recipients.isEmpty() || recipients.size() > RECIPIENTS_MAX) {
            throw new SmimeException(
                    "A message is encrypted to 1 to %d recipients, not to %d."
                            .formatted(RECIPIENTS_MAX, recipients.size()));
        }
        List<RecipientKey> keys = new ArrayList<>();
        for (Recipient recipient : recipients) {
            keys.add(
                    key(new Wanted(recipient.certificate(), recipient.capabilities().transport())));
        }
        boolean derived = recipients.stream().allMatch(it -> it.capabilities().derivation());
        return new Enveloped(
                entity, List.copyOf(keys), new ContentKind(common(recipients), derived));
    }

    private RecipientKey key(Wanted wanted) throws SmimeException {
        RecipientKey read = known.get(wanted);
        if (read == null) {
            if (known.size() >= KNOWN_MAX) {
                known.clear();
            }
            read = RecipientKey.of(wanted.certificate(), wanted.transport());
            known.put(wanted, read);
        }
        return read;
    }

    private static ContentEncryption common(List<Recipient> recipients) throws SmimeException {
        Set<ContentEncryption> asked = EnumSet.noneOf(ContentEncryption.class);
        recipients.forEach(it -> asked.add(it.capabilities().content()));
        if (asked.size() == 1) {
            return asked.iterator().next();
        }
        if (asked.contains(CHACHA20_POLY1305)) {
            throw new SmimeException(
                    "There is no encryption that the programs of all recipients can open.");
        }
        return AES_256_CBC;
    }

    /// @param derived whether the key of the content is derived: RFC 9709
    private record ContentKind(ContentEncryption encryption, boolean derived) {}

    /// An entity that is encrypted each time it is written.
    private record Enveloped(ContentWriter entity, List<RecipientKey> recipients, ContentKind kind)
            implements ContentWriter {
        @Override
        public void writeTo(OutputStream out) throws IOException {
            String type =
                    switch (kind.encryption()) {
                        case AES_256_GCM, CHACHA20_POLY1305 -> "authEnveloped-data";
                        case AES_256_CBC -> "enveloped-data";
                    };
            out.write(MIME_FIELDS.formatted(type).getBytes(US_ASCII));
            Base64Lines base64 = new Base64Lines(out, entity.octets());
            OutputStream cms = openCms(base64);
            entity.writeTo(cms);
            // Not closed if writing fails: what is broken must not look like a whole message.
            cms.close();
            base64.finish();
        }

        private OutputStream openCms(OutputStream out) throws IOException {
            try {
                return switch (kind.encryption()) {
                    case AES_256_GCM, CHACHA20_POLY1305 -> {
                        CMSAuthEnvelopedDataStreamGenerator generator =
                                new CMSAuthEnvelopedDataStreamGenerator();
                        generator.setBufferSize(PIECE_OCTETS);
                        addRecipients(generator);
                        yield generator.open(out, authenticated(encryptor()));
                    }
                    case AES_256_CBC -> {
                        CMSEnvelopedDataStreamGenerator generator =
                                new CMSEnvelopedDataStreamGenerator();
                        generator.setBufferSize(PIECE_OCTETS);
                        addRecipients(generator);
                        yield generator.open(out, encryptor());
                    }
                };
            } catch (CMSException e) {
                throw new IOException("a content key cannot be wrapped for a recipient", e);
            }
        }

        private void addRecipients(CMSEnvelopedGenerator generator) throws CMSException {
            for (RecipientKey recipient : recipients) {
                generator.addRecipientInfoGenerator(recipient.generator());
            }
        }

        private OutputEncryptor encryptor() throws CMSException {
            ASN1ObjectIdentifier algorithm =
                    switch (kind.encryption()) {
                        case AES_256_GCM -> CMSAlgorithm.AES256_GCM;
                        case CHACHA20_POLY1305 -> CMSAlgorithm.ChaCha20Poly1305;
                        case AES_256_CBC -> CMSAlgorithm.AES256_CBC;
                    };
            JceCMSContentEncryptorBuilder builder = new JceCMSContentEncryptorBuilder(algorithm);
            builder.setSecureRandom(Randomness.shared());
            builder.setEnableSha256HKdf(kind.derived());
            return switch (kind.encryption()) {
                case AES_256_GCM, AES_256_CBC -> builder.setProvider(CONTENT_PROVIDER).build();
                // SunJCE does not know it by the name that the library asks for.
                case CHACHA20_POLY1305 -> builder.setProvider(Providers.BOUNCY_CASTLE).build();
            };
        }

        private static OutputAEADEncryptor authenticated(OutputEncryptor encryptor)
                throws CMSException {
            if (encryptor instanceof OutputAEADEncryptor authenticated) {
                return authenticated;
            }
            throw new CMSException("the provider's cipher does not authenticate");
        }

        /// Content is never shown.
        @Override
        public String toString() {
            return "a message for %d recipients".formatted(recipients.size());
        }
    }
}
