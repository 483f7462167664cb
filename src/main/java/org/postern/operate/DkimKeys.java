package org.postern.operate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.config.GatewayConfig.Storage;
import org.postern.dkim.SigningKey;
import org.postern.mail.Domain;
import org.postern.pki.Pem;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.FileDisk;

/// The two files of keys that mail is signed with, in the folder `dkim` beside the keystore: one
/// for RSA, which everybody can verify, and one for Ed25519 (RFC 8463).
///
/// @param folder where they lie
/// @param selector with which their names begin
public record DkimKeys(Path folder, Domain selector) {
    private static final Pattern PKCS8 =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    /// The private half of each kind, and how its name ends.
    private enum Kind {
        RSA("RSA", "-rsa"),
        ED25519("Ed25519", "-ed25519");

        private final String algorithm;
        private final String suffix;

        Kind(String algorithm, String suffix) {
            this.algorithm = algorithm;
            this.suffix = suffix;
        }
    }

    /// The keys of a gateway.
    public static DkimKeys of(Storage storage, Domain selector) {
        return new DkimKeys(storage.keys().resolve("dkim"), selector);
    }

    /// Whether any of the files is there.
    public boolean exist() {
        return files().stream().anyMatch(Files::exists);
    }

    /// The files, whether they are there or not.
    public List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            files.add(file(kind));
        }
        return files;
    }

    private Path file(Kind kind) {
        return folder.resolve(selector + kind.suffix + ".pem");
    }

    /// Reads both.
    ///
    /// @throws IOException if one is missing or of no use; the message is for people
    public List<SigningKey> read() throws IOException {
        List<SigningKey> keys = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            Path file = file(kind);
            if (!Files.isReadable(file)) {
                throw new IOException(
                        file + " cannot be read; ./gateway keys dkim " + selector + " makes it");
            }
            try {
                keys.add(new SigningKey(new Domain(selector + kind.suffix), key(file, kind)));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }
        return keys;
    }

    /// The cause is not handed on: it could quote the file.
    private static PrivateKey key(Path file, Kind kind) throws IOException {
        Matcher pem = PKCS8.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        try {
            if (pem.find()) {
                byte[] octets = Base64.getMimeDecoder().decode(pem.group(1));
                return KeyFactory.getInstance(kind.algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(octets));
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " holds no readable key for " + kind.algorithm);
        }
        throw new IOException(file + " holds no private key in PKCS #8 form");
    }

    /// Makes both; durable on return.
    ///
    /// @throws IOException if a file of that name exists, or the disk fails
    public void make() throws IOException {
        // Root may run the command; the gateway, which runs as somebody else, must read the files.
        Disk disk = FileDisk.forFolderOwner();
        disk.createDirectories(folder);
        for (Kind kind : Kind.values()) {
            try (DiskFile file = disk.create(file(kind))) {
                String text = Pem.of(newKey(kind));
                file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
                file.sync();
            }
        }
        disk.sync(folder);
    }

    private static PrivateKey newKey(Kind kind) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.algorithm);
            if (kind == Kind.RSA) {
                generator.initialize(SigningKey.RSA_BITS_MIN);
            }
            return generator.generateKeyPair().getPrivate();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime makes RSA and Ed25519 keys", e);
        }
    }
}
