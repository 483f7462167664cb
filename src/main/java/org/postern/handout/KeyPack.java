package org.postern.handout;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS12PfxPduBuilder;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS12SafeBagBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCS12MacCalculatorBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;
import org.postern.pki.Identity;
import org.postern.pki.Providers;

/// A key with its certificates as the octets of a PKCS#12 file (RFC 7292), for other people's
/// programs. It is made in memory, and nothing of it is kept.
final class KeyPack {
    /// Each of the three derivations. The passphrase has 99 bits, so that they need not be many;
    /// more than 600,000 in all are refused by newer .NET, and as many in one by NSS.
    private static final int ITERATIONS = 100_000;

    /// As OpenSSL writes the older form: what older programs were tried with.
    private static final int ITERATIONS_OLDER = 2_048;

    private KeyPack() {}

    /// @param name under which programs list the key
    static byte[] of(Identity identity, String name, Passphrase passphrase, PackForm form) {
        char[] chars = passphrase.chars();
        try {
            SubjectKeyIdentifier key =
                    new JcaX509ExtensionUtils()
                            .createSubjectKeyIdentifier(identity.certificate().getPublicKey());
            PKCS12SafeBagBuilder sealed =
                    new JcaPKCS12SafeBagBuilder(identity.key(), encryptor(chars, form));
            name(sealed, name, key);
            return new PKCS12PfxPduBuilder()
                    .addEncryptedData(encryptor(chars, form), certificates(identity, name, key))
                    .addData(sealed.build())
                    .build(check(form).setProvider(Providers.BOUNCY_CASTLE), chars)
                    .getEncoded();
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException e) {
            throw new IllegalStateException("a key cannot be packed", e);
        }
    }

    private static PKCS12SafeBag[] certificates(
            Identity identity, String name, SubjectKeyIdentifier key) throws IOException {
        List<PKCS12SafeBag> bags = new ArrayList<>();
        for (X509Certificate each : identity.chain()) {
            PKCS12SafeBagBuilder bag = new JcaPKCS12SafeBagBuilder(each);
            if (bags.isEmpty()) {
                name(bag, name, key);
            }
            bags.add(bag.build());
        }
        return bags.toArray(PKCS12SafeBag[]::new);
    }

    /// RFC 7292 §4.2: by this a program knows which certificate is that of the key.
    private static void name(PKCS12SafeBagBuilder bag, String name, SubjectKeyIdentifier key) {
        ASN1Encodable friendly = new DERBMPString(name);
        bag.addBagAttribute(PKCS12SafeBag.friendlyNameAttribute, friendly);
        bag.addBagAttribute(PKCS12SafeBag.localKeyIdAttribute, key);
    }

    private static JcePKCS12MacCalculatorBuilder check(PackForm form) {
        return switch (form) {
            case MODERN ->
                    new JcePKCS12MacCalculatorBuilder(NISTObjectIdentifiers.id_sha256)
                            .setIterationCount(ITERATIONS);
            case OLDER ->
                    new JcePKCS12MacCalculatorBuilder(OIWObjectIdentifiers.idSHA1)
                            .setIterationCount(ITERATIONS_OLDER);
        };
    }

    private static OutputEncryptor encryptor(char[] passphrase, PackForm form)
            throws OperatorCreationException {
        JcePKCSPBEOutputEncryptorBuilder builder =
                switch (form) {
                    case MODERN ->
                            new JcePKCSPBEOutputEncryptorBuilder(
                                            NISTObjectIdentifiers.id_aes256_CBC)
                                    .setPRF(
                                            new AlgorithmIdentifier(
                                                    PKCSObjectIdentifiers.id_hmacWithSHA256,
                                                    DERNull.INSTANCE))
                                    .setIterationCount(ITERATIONS);
                    case OLDER ->
                            new JcePKCSPBEOutputEncryptorBuilder(
                                            PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC)
                                    .setIterationCount(ITERATIONS_OLDER);
                };
        return builder.setProvider(Providers.BOUNCY_CASTLE).build(passphrase);
    }
}
