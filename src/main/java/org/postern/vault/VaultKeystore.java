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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;
import org.postern.vault.Vault.Kek;
import org.postern.vault.Vault.Keks;

/// The file in which a vault's keys lie: a PKCS#12 keystore (RFC 7292) that `keytool` can list.
///
/// Aliases: `kek-<number>-<id>`, the highest number is the active one;
/// `retired-<number>-<id>-<made>` with the second in which it was made, for one that is kept for
/// backups alone; `mac-root`. When an entry was made, which of a retired one is when it was
/// retired, the format tells by itself.
final class VaultKeystore {
    private static final String MAC_ROOT = "mac-root";
    private static final Pattern KEK = Pattern.compile("kek-([0-9]{1,6})-([0-9a-f]{8})");
    private static final Pattern RETIRED =
            Pattern.compile("retired-([0-9]{1,6})-([0-9a-f]{8})-([0-9]{1,12})");
    private static final int NUMBER_MAX = 999_999;
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
        return vault(path, load(path, password), password);
    }

    static Vault open(Path path, byte[] octets, char[] password) throws IOException {
        return vault(path, load(path, octets, password), password);
    }

    private static Vault vault(Path path, KeyStore store, char[] password) throws IOException {
        try {
            Key root = store.getKey(MAC_ROOT, password);
            Keks keks = keks(path, store, password);
            if (!(root instanceof SecretKey macRoot)) {
                throw new IOException("the keystore " + path + " is not one of this gateway");
            }
            return new Vault(keks, macRoot);
        } catch (GeneralSecurityException e) {
            throw new IOException("the keystore " + path + " holds keys that do not open", e);
        }
    }

    private static KeyStore load(Path path, char[] password) throws IOException {
        byte[] octets;
        try {
            octets = Files.readAllBytes(path);
        } catch (NoSuchFileException _) {
            throw new IOException(
                    "there is no keystore "
                            + path
                            + "; restore it from its backup: without it nothing can be opened");
        }
        return load(path, octets, password);
    }

    private static KeyStore load(Path path, byte[] octets, char[] password) throws IOException {
        try {
            return Pkcs12.open(octets, password);
        } catch (IOException e) {
            throw new IOException(
                    "the keystore " + path + " does not open: wrong password, or it is damaged", e);
        } catch (GeneralSecurityException e) {
            throw new IOException("the keystore " + path + " holds keys that do not open", e);
        }
    }

    private static Keks keks(Path path, KeyStore store, char[] password)
            throws GeneralSecurityException, IOException {
        Map<Integer, SecretKey> keys = new TreeMap<>();
        List<Kek> known = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            Optional<Kek> kek = kek(alias, store.getCreationDate(alias).toInstant());
            if (kek.isPresent()) {
                known.add(kek.get());
                keys.put(kek.get().id(), key(store, alias, password));
            }
        }
        known.sort(Comparator.comparingInt(Kek::number));
        int active =
                known.stream()
                        .filter(kek -> kek.retired().isEmpty())
                        .reduce((_, last) -> last)
                        .orElseThrow(() ->
                                new IOException(
                                        "the keystore " + path + " is not one of this gateway"))
                        .id();
        return new Keks(active, keys, known);
    }

    private static Optional<Kek> kek(String alias, Instant since) {
        Instant second = since.truncatedTo(ChronoUnit.SECONDS);
        Matcher living = KEK.matcher(alias);
        if (living.matches()) {
            return Optional.of(
                    new Kek(
                            id(living),
                            Integer.parseInt(living.group(1)),
                            second,
                            Optional.empty()));
        }
        Matcher retired = RETIRED.matcher(alias);
        if (retired.matches()) {
            Instant made = Instant.ofEpochSecond(Long.parseLong(retired.group(3)));
            int number = Integer.parseInt(retired.group(1));
            return Optional.of(new Kek(id(retired), number, made, Optional.of(second)));
        }
        return Optional.empty();
    }

    private static int id(Matcher alias) {
        return HexFormat.fromHexDigits(alias.group(2));
    }

    // -- changes --

    static Keks add(Path path, char[] password, Keks before) throws IOException {
        int number = before.known().getLast().number() + 1;
        if (number > NUMBER_MAX) {
            throw new IOException("the keystore " + path + " has had as many keys as it may have");
        }
        return change(
                path, password, before, store -> put(store, newAlias(number, before), password));
    }

    private static String newAlias(int number, Keks before) {
        String id;
        do {
            id = hex(newKey(), 8);
        } while (before.keys().containsKey(HexFormat.fromHexDigits(id)));
        return "kek-" + number + "-" + id;
    }

    static Keks retire(Path path, char[] password, Keks before, int id) throws IOException {
        return change(
                path,
                password,
                before,
                store -> {
                    Kek kek = known(before, id);
                    String alias = "kek-%d-%s".formatted(kek.number(), kek.name());
                    long made = kek.made().getEpochSecond();
                    store.setEntry(
                            "retired-%d-%s-%d".formatted(kek.number(), kek.name(), made),
                            new SecretKeyEntry(Objects.requireNonNull(before.keys().get(id))),
                            Pkcs12.protection(password));
                    store.deleteEntry(alias);
                });
    }

    static Keks destroy(Path path, char[] password, Keks before, int id) throws IOException {
        Kek kek = known(before, id);
        if (kek.retired().isEmpty()) {
            throw new IllegalArgumentException("this key-encryption key was not retired");
        }
        return change(
                path,
                password,
                before,
                store ->
                        store.deleteEntry(
                                "retired-%d-%s-%d"
                                        .formatted(
                                                kek.number(),
                                                kek.name(),
                                                kek.made().getEpochSecond())));
    }

    private static Kek known(Keks keks, int id) {
        return keks.known().stream().filter(kek -> kek.id() == id).findFirst().orElseThrow();
    }

    /// The file is replaced whole, after what is to be written was opened again: there is no moment
    /// at which a key that wraps something lies in memory alone.
    private static Keks change(Path path, char[] password, Keks before, Pkcs12.Filling change)
            throws IOException {
        KeyStore store = load(path, password);
        try {
            if (!keks(path, store, password).keys().keySet().equals(before.keys().keySet())) {
                throw new IOException(
                        "the keystore "
                                + path
                                + " was changed since it was opened; start the gateway again");
            }
            byte[] octets = Pkcs12.encode(store, password, change);
            Keks after = keks(path, Pkcs12.open(octets, password), password);
            WholeFile.replace(new FileDisk(), path.toAbsolutePath(), octets);
            return after;
        } catch (GeneralSecurityException e) {
            throw new IOException("the keystore " + path + " holds keys that do not open", e);
        }
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
