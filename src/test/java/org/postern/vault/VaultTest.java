package org.postern.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.TestVault;

class VaultTest {
    private static final char[] PASSWORD = "korrekt Pferd".toCharArray();

    @TempDir Path home;
    private final Vault vault = TestVault.one();

    @Test
    void aKeystoreOpensWithItsPasswordAndGivesTheSameKeys() throws IOException {
        Path keystore = home.resolve("keys/vault.p12");
        Vault.create(keystore, PASSWORD);
        Vault first = Vault.open(keystore, PASSWORD);
        Vault second = Vault.open(keystore, PASSWORD);
        try (DataKey key = first.newDataKey();
                DataKey again = second.unwrap(first.wrap(key))) {
            assertArrayEquals(octets(key), octets(again));
        }
        assertArrayEquals(first.mac("x", bytes("a")), second.mac("x", bytes("a")));
        assertEquals("rw-------", permissions(keystore));
        try (Stream<Path> left = Files.list(keystore.getParent())) {
            assertEquals(1, left.count());
        }
    }

    @Test
    void aKeystoreIsNeverOverwritten() throws IOException {
        Path keystore = home.resolve("vault.p12");
        Files.writeString(keystore, "precious");
        assertThrows(FileAlreadyExistsException.class, () -> Vault.create(keystore, PASSWORD));
        assertEquals("precious", Files.readString(keystore));
    }

    @Test
    void aKeystoreThatDoesNotOpenSaysWhy() throws IOException {
        Path keystore = home.resolve("vault.p12");
        says("there is no keystore", keystore, PASSWORD);
        Vault.create(keystore, PASSWORD);
        says("wrong password, or it is damaged", keystore, "wrong".toCharArray());
        byte[] damaged = Files.readAllBytes(keystore);
        damaged[damaged.length / 2] ^= 1;
        Files.write(keystore, damaged);
        says("does not open", keystore, PASSWORD);
        Files.writeString(keystore, "");
        says("does not open", keystore, PASSWORD);
        assertThrows(IOException.class, () -> Vault.create(home.resolve("b"), new char[0]));
    }

    @Test
    void everyDamageOfAWrappedKeyIsDetected() throws IOException {
        byte[] wrapped;
        try (DataKey key = vault.newDataKey()) {
            wrapped = vault.wrap(key);
        }
        vault.unwrap(wrapped).close();
        for (int i = 0; i < wrapped.length * 8; i++) {
            byte[] damaged = wrapped.clone();
            damaged[i / 8] ^= (byte) (1 << (i % 8));
            assertThrows(SealBrokenException.class, () -> vault.unwrap(damaged), "bit " + i);
        }
        for (int length = 0; length < wrapped.length; length++) {
            byte[] cut = Arrays.copyOf(wrapped, length);
            assertThrows(SealBrokenException.class, () -> vault.unwrap(cut));
        }
    }

    @Test
    void aKeyOfAnotherKeystoreIsCalledUnknownAndNotDamaged() {
        byte[] wrapped;
        try (DataKey key = vault.newDataKey()) {
            wrapped = vault.wrap(key);
        }
        Vault other = TestVault.newVault();
        assertThrows(UnknownKeyException.class, () -> other.unwrap(wrapped));
    }

    @Test
    void theNewestKekWrapsAndTheOlderOnesStillUnwrap() throws IOException {
        SecretKey root = new SecretKeySpec(new byte[32], "AES");
        TreeMap<Integer, SecretKey> keks = new TreeMap<>();
        keks.put(7, new SecretKeySpec(new byte[32], "AES"));
        Vault before = new Vault(7, keks, root);
        byte[] second = new byte[32];
        second[0] = 1;
        keks.put(8, new SecretKeySpec(second, "AES"));
        Vault after = new Vault(8, keks, root);
        try (DataKey key = before.newDataKey()) {
            byte[] old = before.wrap(key);
            byte[] fresh = after.wrap(key);
            after.unwrap(old).close();
            after.unwrap(fresh).close();
            assertThrows(UnknownKeyException.class, () -> before.unwrap(fresh));
        }
    }

    @Test
    void aClosedDataKeyIsGone() {
        DataKey key = vault.newDataKey();
        key.close();
        assertThrows(IllegalStateException.class, () -> vault.wrap(key));
        assertThrows(IllegalStateException.class, () -> Sealing.seal(bytes("x"), key, bytes("c")));
    }

    @Test
    void macsDifferByPurposeAndByTheCutOfTheirParts() {
        Set<String> macs = new HashSet<>();
        macs.add(Arrays.toString(vault.mac("a", bytes("ab"), bytes("c"))));
        macs.add(Arrays.toString(vault.mac("a", bytes("a"), bytes("bc"))));
        macs.add(Arrays.toString(vault.mac("a", bytes("abc"))));
        macs.add(Arrays.toString(vault.mac("b", bytes("abc"))));
        macs.add(Arrays.toString(vault.mac("a")));
        macs.add(Arrays.toString(TestVault.newVault().mac("a", bytes("abc"))));
        assertEquals(6, macs.size());
        assertEquals(32, vault.mac("a").length);
    }

    @Test
    void nothingSecretIsPrinted() {
        try (DataKey key = vault.newDataKey()) {
            assertEquals("DataKey[secret]", key.toString());
        }
        assertTrue(vault.toString().startsWith("Vault[1 key-encryption keys"));
    }

    private static void says(String words, Path keystore, char[] password) {
        IOException e = assertThrows(IOException.class, () -> Vault.open(keystore, password));
        assertTrue(e.toString().contains(words), e.toString());
        assertFalse(e.toString().contains("korrekt"));
    }

    private static byte[] octets(DataKey key) {
        return key.forCipher().getEncoded();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
