package org.postern.smime;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.smime.SMIMECapability;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.postern.cms.KeyDerivation;

/// What a recipient's program can open, as far as that is known: RFC 8551 §2.7.1.
///
/// It is known from the certificate, where its authority wrote the list down (RFC 4262), and from
/// the name of the partner's file, which IT gives: `bob@partner.example.cbc.pem` and
/// `bob@partner.example.oaep.pem` ask for these, `.hkdf.pem` for a derived key. What the file says
/// counts more, because the certificate may be older than the program.
///
/// @param content how the content is encrypted
/// @param transport how its key is, for an RSA key
/// @param derivation whether the key of the content may be derived: RFC 9709
public record Capabilities(ContentEncryption content, KeyTransport transport, boolean derivation) {
    /// RFC 4262: the object identifier of the attribute is that of the extension.
    private static final String EXTENSION = "1.2.840.113549.1.9.15";

    /// That a program can derive the key of a content: RFC 9709 §4, without parameters.
    public static final AlgorithmIdentifier DERIVATION =
            new AlgorithmIdentifier(KeyDerivation.ALGORITHM);

    private static final Set<ASN1ObjectIdentifier> GCM =
            Set.of(CMSAlgorithm.AES128_GCM, CMSAlgorithm.AES192_GCM, CMSAlgorithm.AES256_GCM);

    private static final Set<String> WORDS = Set.of("gcm", "cbc", "oaep", "hkdf");

    /// Without a derivation, which few programs know.
    public Capabilities(ContentEncryption content, KeyTransport transport) {
        this(content, transport, false);
    }

    /// How the content of a message is encrypted.
    public enum ContentEncryption {
        /// AuthEnvelopedData: whatever is changed on the way is not opened.
        AES_256_GCM,
        /// The same by another cipher, for programs that list it and no AES-GCM.
        CHACHA20_POLY1305,
        /// EnvelopedData, for programs that know nothing newer. Nothing authenticates it, so it is
        /// used only where it is asked for.
        AES_256_CBC
    }

    /// What is done for those of whom nothing is known (RFC 8551 §2.7.1.2).
    public static Capabilities unknown(KeyTransport transport) {
        return new Capabilities(ContentEncryption.AES_256_GCM, transport);
    }

    /// What is known of a partner.
    ///
    /// @param file the name of the file that the certificate lies in
    /// @param usual for an RSA key, where neither says anything
    public static Capabilities of(X509Certificate certificate, String file, KeyTransport usual) {
        Set<String> words = words(file);
        Optional<Set<AlgorithmIdentifier>> listed = listed(certificate);
        boolean gcm =
                words.contains("gcm")
                        || listed.isEmpty()
                        || listed.get().stream().anyMatch(it -> GCM.contains(it.getAlgorithm()));
        boolean chacha =
                listed.isPresent()
                        && listed.get().stream()
                                .anyMatch(it ->
                                        it.getAlgorithm().equals(CMSAlgorithm.ChaCha20Poly1305));
        boolean oaep =
                words.contains("oaep")
                        || listed.filter(it -> it.contains(KeyTransport.OAEP_SHA256.algorithm()))
                                .isPresent();
        return new Capabilities(
                words.contains("cbc") ? ContentEncryption.AES_256_CBC : content(gcm, chacha),
                oaep ? KeyTransport.OAEP_SHA256 : usual,
                words.isEmpty()
                        ? listed.filter(it -> it.contains(DERIVATION)).isPresent()
                        : words.contains("hkdf"));
    }

    private static ContentEncryption content(boolean gcm, boolean chacha) {
        if (gcm) {
            return ContentEncryption.AES_256_GCM;
        }
        return chacha ? ContentEncryption.CHACHA20_POLY1305 : ContentEncryption.AES_256_CBC;
    }

    /// The words directly before the ending; those further ahead are a domain's.
    private static Set<String> words(String file) {
        List<String> all = Arrays.asList(file.toLowerCase(Locale.ROOT).split("\\.", -1));
        Set<String> words = new HashSet<>();
        for (int at = all.size() - 2; at > 0 && WORDS.contains(all.get(at)); at--) {
            words.add(all.get(at));
        }
        return words;
    }

    /// @return empty if the certificate lists nothing, or not so that it can be read
    private static Optional<Set<AlgorithmIdentifier>> listed(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(EXTENSION);
        if (extension == null) {
            return Optional.empty();
        }
        try {
            Set<AlgorithmIdentifier> listed = new HashSet<>();
            byte[] octets = ASN1OctetString.getInstance(extension).getOctets();
            for (var each : ASN1Sequence.getInstance(octets)) {
                SMIMECapability capability = SMIMECapability.getInstance(each);
                listed.add(
                        new AlgorithmIdentifier(
                                capability.getCapabilityID(), capability.getParameters()));
            }
            return Optional.of(listed);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
