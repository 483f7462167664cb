package org.postern.net;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/// Reads certificates and keys from PEM files (RFC 7468), with errors that name the file and the
/// cure.
final class PemFile {
    /// The bundle of all public anchors has about 250 KiB.
    private static final long OCTETS_MAX = 4 << 20;

    private PemFile() {}

    /// All certificates of the file, in its order; at least one.
    ///
    /// @throws PemException with a sentence for people
    static List<X509Certificate> certificates(Path file) throws PemException {
        List<X509Certificate> certificates = new ArrayList<>();
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
        for (Object object : objects(file)) {
            if (object instanceof X509CertificateHolder holder) {
                try {
                    certificates.add(converter.getCertificate(holder));
                } catch (CertificateException e) {
                    throw new PemException(file + ": a certificate in it cannot be read", e);
                }
            }
        }
        if (certificates.isEmpty()) {
            throw new PemException(
                    file + ": no certificate in it; expected -----BEGIN CERTIFICATE-----", null);
        }
        return certificates;
    }

    /// The private key of the file, PKCS #8 (RFC 5958), PKCS #1 (RFC 8017) or SEC 1 (RFC 5915).
    ///
    /// @throws PemException with a sentence for people; never a part of the key
    static PrivateKey key(Path file) throws PemException {
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        for (Object object : objects(file)) {
            try {
                switch (object) {
                    case PrivateKeyInfo info -> {
                        return converter.getPrivateKey(info);
                    }
                    case PEMKeyPair pair -> {
                        return converter.getPrivateKey(pair.getPrivateKeyInfo());
                    }
                    case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ ->
                            throw new PemException(
                                    file
                                            + ": the key is encrypted; store it without a"
                                            + " passphrase, readable by the gateway alone",
                                    null);
                    default -> {
                        // Certificates and EC parameters may stand in the same file.
                    }
                }
            } catch (org.bouncycastle.openssl.PEMException e) {
                throw new PemException(
                        file + ": the private key in it is of a kind that is not known", null);
            }
        }
        throw new PemException(
                file + ": no private key in it; expected -----BEGIN PRIVATE KEY-----", null);
    }

    private static List<Object> objects(Path file) throws PemException {
        try (Reader reader = new StringReader(text(file));
                PEMParser parser = new PEMParser(reader)) {
            List<Object> objects = new ArrayList<>();
            for (Object object = parser.readObject();
                    object != null;
                    object = parser.readObject()) {
                objects.add(object);
            }
            return objects;
        } catch (IOException | IllegalArgumentException e) {
            // The parser's own words could quote the file, and so a key.
            throw new PemException(file + ": not a readable PEM file", null);
        }
    }

    private static String text(Path file) throws PemException {
        try {
            if (Files.size(file) > OCTETS_MAX) {
                throw new PemException(file + ": larger than 4 MiB, not a PEM file", null);
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new PemException(file + ": no such file", e);
        } catch (IOException e) {
            throw new PemException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /// What is wrong with the file, as a sentence.
    static final class PemException extends Exception {
        private static final long serialVersionUID = 1;

        PemException(String sentence, @Nullable Throwable cause) {
            super(sentence, cause);
        }

        String sentence() {
            return String.valueOf(getMessage());
        }
    }
}
