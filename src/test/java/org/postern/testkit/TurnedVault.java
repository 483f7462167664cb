package org.postern.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.postern.vault.Vault;

/// One keystore at three times of a rotation: before it, while both KEKs open, and when the former
/// one is destroyed. All tests share it, because each change of a keystore is slow on purpose.
///
/// @param before knows the former KEK alone
/// @param during seals under the new one and opens both
/// @param after opens nothing that is under the former one
public record TurnedVault(Vault before, Vault during, Vault after) {
    private static final TurnedVault ONE = turn();

    public static TurnedVault one() {
        return ONE;
    }

    private static TurnedVault turn() {
        char[] password = "test".toCharArray();
        try {
            Path directory = Files.createTempDirectory("vault");
            Path keystore = directory.resolve("vault.p12");
            try {
                QuickKeystore.create(keystore, password);
                Vault before = Vault.open(keystore, password);
                Vault during = Vault.open(keystore, password);
                during.renew(keystore, password);
                Vault after = Vault.open(keystore, password);
                after.retire(before.active(), keystore, password);
                after.destroy(before.active(), keystore, password);
                return new TurnedVault(before, during, after);
            } finally {
                Files.deleteIfExists(keystore);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
