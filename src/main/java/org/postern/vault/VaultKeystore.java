package org.postern.vault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStore.SecretKeyEntry;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// The file in which a vault's keys lie: a PKCS#12 keystore (RFC 7292) that `keytool` can list.
///
/// Aliases: `kek-<number>-<id>`, the highest number is the active one; `mac-root`.
final class VaultKeystore {
    private static final String MAC_ROOT = "mac-root";
    private static final Pattern KEK = Pattern.compile("kek-([0-9]{1,6})-([0-9a-f]{8})");
    private static final int KEY_OCTETS = 32;

    private VaultKeystore() {}

    static void create(Path path, char[] password) throws IOException {
        Pkcs12.create(
                path,
                password,
                store -> {
                    put(store, "kek-1-" + hex(newKey(), 8), password);
                    put(store, MAC_ROOT, password);
                });
    }

    static Vault open(Path path, char[] password) throws IOException {
        byte[] octets;
        try {
            octets = Files.readAllBytes(path);
        } catch (NoSuchFileException _) {
            throw new IOException(
                    "there is no keystore "
                            + path
                            + "; restore it from its backup: without it nothing can be opened");
        }
        try {
            return read(path, Pkcs12.open(octets, password), password);
        } catch (IOException e) {
            throw new IOException(
                    "the keystore " + path + " does not open: wrong password, or it is damaged", e);
        } catch (GeneralSecurityException e) {
            throw new IOException("the keystore " + path + " holds keys that do not open", e);
        }
    }

    private static Vault read(Path path, KeyStore store, char[] password)
            throws GeneralSecurityException, IOException {
        TreeMap<Integer, Integer> numbers = new TreeMap<>();
        Map<Integer, SecretKey> keks = new TreeMap<>();
        SecretKey macRoot = null;
        for (String alias : Collections.list(store.aliases())) {
            Matcher kek = KEK.matcher(alias);
            if (alias.equals(MAC_ROOT)) {
                macRoot = key(store, alias, password);
            } else if (kek.matches()) {
                int id = HexFormat.fromHexDigits(kek.group(2));
                numbers.put(Integer.valueOf(kek.group(1)), id);
                keks.put(id, key(store, alias, password));
            }
        }
        if (macRoot == null || numbers.isEmpty()) {
            throw new IOException("the keystore " + path + " is not one of this gateway");
        }
        return new Vault(numbers.lastEntry().getValue(), keks, macRoot);
    }

    private static SecretKey key(KeyStore store, String alias, char[] password)
            throws GeneralSecurityException, IOException {
        Key key = store.getKey(alias, password);
        if (key instanceof SecretKey secret) {
            return secret;
        }
        throw new IOException("the entry " + alias + " is not a secret key");
    }

    private static void put(KeyStore store, String alias, char[] password)
            throws GeneralSecurityException {
        byte[] key = newKey();
        try {
            store.setEntry(
                    alias,
                    new SecretKeyEntry(new SecretKeySpec(key, "AES")),
                    Pkcs12.protection(password));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] newKey() {
        byte[] key = new byte[KEY_OCTETS];
        new SecureRandom().nextBytes(key);
        return key;
    }

    private static String hex(byte[] octets, int digits) {
        return HexFormat.of().formatHex(octets).substring(0, digits);
    }
}
