package org.postern.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.postern.vault.Vault;

/// A vault with keys of its own for each run of the tests. Opening a keystore is slow on purpose,
/// so that all tests share these two.
public final class TestVault {
    private static final Vault ONE = newVault();

    private TestVault() {}

    public static Vault one() {
        return ONE;
    }

    /// A vault that shares no key with any other.
    public static Vault newVault() {
        try {
            Path directory = Files.createTempDirectory("vault");
            Path keystore = directory.resolve("vault.p12");
            try {
                QuickKeystore.create(keystore, "test".toCharArray());
                return Vault.open(keystore, "test".toCharArray());
            } finally {
                Files.deleteIfExists(keystore);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
