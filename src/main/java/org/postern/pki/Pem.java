package org.postern.pki;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/// Certificates and private keys in text form: RFC 7468. A certificate file may be DER as well.
public final class Pem {
    /// A file with more octets is not read.
    public static final int FILE_OCTETS_MAX = 1_024 * 1_024;

    /// Certificates in one file.
    public static final int CERTIFICATES_MAX = 1_000;

    private static final String PUBLIC_KEY = "PUBLIC KEY";

    private static final Base64.Encoder ENCODER =
            Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII));

    private Pem() {}

    /// A PEM file that does not hold what it should. The message names the file and what is wrong,
    /// and never shows key material.
    public static final class PemException extends IOException {
        private static final long serialVersionUID = 1L;

        PemException(String message) {
            super(message);
        }
    }

    /// Reads all certificates of a file, in their order; anything between them is skipped.
    ///
    /// @return at least one
    /// @throws PemException if there is none, or one cannot be read
    public static List<X509Certificate> certificates(Path file) throws IOException {
        byte[] octets = read(file);
        if (isDer(octets)) {
            return List.of(certificate(file, octets));
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(file, octets)) {
            if (block.label.equals("CERTIFICATE")) {
                certificates.add(certificate(file, block.octets));
            }
            if (certificates.size() > CERTIFICATES_MAX) {
                throw new PemException(
                        "%s holds more than %d certificates".formatted(file, CERTIFICATES_MAX));
            }
        }
        if (certificates.isEmpty()) {
            throw new PemException(
                    file + " holds no certificate; expected a line -----BEGIN CERTIFICATE-----");
        }
        return certificates;
    }

    /// Reads the one private key of a file: PKCS#8, or the older RSA and EC forms of OpenSSL.
    ///
    /// @throws PemException if there is none, or it is encrypted, or cannot be read
    public static PrivateKey privateKey(Path file) throws IOException {
        for (Block block : blocks(file, read(file))) {
            Optional<PrivateKey> key = privateKey(file, block);
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw new PemException(
                file + " holds no private key; expected a line -----BEGIN PRIVATE KEY-----");
    }

    /// Reads a private key and the certificates that belong to it.
    ///
    /// @throws PemException if the first certificate is not that of the key
    public static Identity identity(Path keyFile, Path certificateFile) throws IOException {
        PrivateKey key = privateKey(keyFile);
        List<X509Certificate> chain = certificates(certificateFile);
        Identity identity = new Identity(key, chain);
        if (!identity.belongsTogether()) {
            throw new PemException(
                    "the key in %s does not belong to the first certificate in %s"
                            .formatted(keyFile, certificateFile));
        }
        return identity;
    }

    /// Certificates as text, in their order.
    public static String of(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate certificate : certificates) {
                append(text, "CERTIFICATE", certificate.getEncoded());
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException("a certificate has no encoding", e);
        }
        return text.toString();
    }

    /// A private key as text, not encrypted.
    public static String of(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /// A public key as text: RFC 7468 §13.
    public static String of(PublicKey key) {
        return block(PUBLIC_KEY, key.getEncoded());
    }

    /// Reads the public key that stands in a file beside its private one.
    ///
    /// @param algorithm of the key, such as `EC`
    /// @throws PemException if there is none, or it cannot be read
    public static PublicKey publicKey(Path file, String algorithm) throws IOException {
        for (Block block : blocks(file, read(file))) {
            if (block.label.equals(PUBLIC_KEY)) {
                try {
                    return KeyFactory.getInstance(algorithm)
                            .generatePublic(new X509EncodedKeySpec(block.octets));
                } catch (GeneralSecurityException e) {
                    throw new PemException(file + " holds a public key that cannot be read");
                }
            }
        }
        throw new PemException(
                file + " holds no public key; expected a line -----BEGIN PUBLIC KEY-----");
    }

    /// Writes certificates to a new file.
    ///
    /// @throws IOException if the file exists
    public static void write(Path file, List<X509Certificate> certificates) throws IOException {
        Files.writeString(file, of(certificates), US_ASCII, StandardOpenOption.CREATE_NEW);
    }

    /// Writes a private key, not encrypted, to a new file that only its owner can read.
    ///
    /// @throws IOException if the file exists
    public static void write(Path file, PrivateKey key) throws IOException {
        Set<StandardOpenOption> options =
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (SeekableByteChannel channel = Files.newByteChannel(file, options, ownerOnly())) {
            ByteBuffer octets = US_ASCII.encode(of(key));
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static String block(String label, byte[] octets) {
        StringBuilder text = new StringBuilder();
        append(text, label, octets);
        return text.toString();
    }

    private static void append(StringBuilder text, String label, byte[] octets) {
        text.append("-----BEGIN ").append(label).append("-----\n");
        text.append(ENCODER.encodeToString(octets)).append('\n');
        text.append("-----END ").append(label).append("-----\n");
    }

    /// A SEQUENCE with a length of several octets; text may begin with the digit `0` as well.
    private static boolean isDer(byte[] octets) {
        return octets.length > 1 && octets[0] == 0x30 && octets[1] < 0;
    }

    private static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] octets = in.readNBytes(FILE_OCTETS_MAX + 1);
            if (octets.length > FILE_OCTETS_MAX) {
                throw new PemException(
                        "%s is longer than %d octets".formatted(file, FILE_OCTETS_MAX));
            }
            return octets;
        }
    }

    private static X509Certificate certificate(Path file, byte[] octets) throws PemException {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(octets));
        } catch (CertificateException e) {
            throw new PemException(
                    "%s holds a certificate that cannot be read: %s"
                            .formatted(file, e.getMessage()));
        }
    }

    private static Optional<PrivateKey> privateKey(Path file, Block block) throws PemException {
        try {
            return switch (block.label) {
                case "PRIVATE KEY" -> Optional.of(key(PrivateKeyInfo.getInstance(block.octets)));
                case "RSA PRIVATE KEY" -> Optional.of(key(rsa(block.octets)));
                case "EC PRIVATE KEY" -> Optional.of(key(ec(block.octets)));
                case "ENCRYPTED PRIVATE KEY" ->
                        throw new PemException(
                                file
                                        + " holds an encrypted key; store it without a pass"
                                        + " phrase, readable by the gateway's user only");
                default -> Optional.empty();
            };
        } catch (PemException e) {
            throw e;
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new PemException(file + " holds a private key that cannot be read");
        }
    }

    private static PrivateKey key(PrivateKeyInfo info) throws IOException {
        String algorithm = info.getPrivateKeyAlgorithm().getAlgorithm().getId();
        try {
            return KeyFactory.getInstance(algorithm, Providers.BOUNCY_CASTLE)
                    .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException("unknown algorithm", e);
        }
    }

    private static PrivateKeyInfo rsa(byte[] octets) throws IOException {
        AlgorithmIdentifier rsa =
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
        return new PrivateKeyInfo(rsa, RSAPrivateKey.getInstance(octets));
    }

    private static PrivateKeyInfo ec(byte[] octets) throws IOException {
        ECPrivateKey key = ECPrivateKey.getInstance(octets);
        AlgorithmIdentifier ec =
                new AlgorithmIdentifier(
                        X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject());
        return new PrivateKeyInfo(ec, key);
    }

    private static List<Block> blocks(Path file, byte[] octets) throws PemException {
        List<Block> blocks = new ArrayList<>();
        String label = "";
        StringBuilder base64 = new StringBuilder();
        for (String line : new String(octets, ISO_8859_1).lines().toList()) {
            String text = line.strip();
            if (label.isEmpty()) {
                label = label("-----BEGIN ", text);
            } else if (text.equals("-----END " + label + "-----")) {
                blocks.add(new Block(label, decode(file, base64.toString())));
                label = "";
                base64.setLength(0);
            } else {
                base64.append(text);
            }
        }
        if (!label.isEmpty()) {
            throw new PemException(
                    "%s ends before its line -----END %s-----".formatted(file, label));
        }
        return blocks;
    }

    private static String label(String prefix, String line) {
        boolean begins = line.startsWith(prefix) && line.endsWith("-----");
        return begins && line.length() > prefix.length() + 5
                ? line.substring(prefix.length(), line.length() - 5)
                : "";
    }

    private static byte[] decode(Path file, String base64) throws PemException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new PemException(file + " holds a block that is not base64");
        }
    }

    /// What stands between a BEGIN line and its END line.
    private static final class Block {
        final String label;
        final byte[] octets;

        Block(String label, byte[] octets) {
            this.label = label;
            this.octets = octets;
        }
    }
}
