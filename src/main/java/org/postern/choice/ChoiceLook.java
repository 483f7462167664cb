package org.postern.choice;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postern.config.GatewayConfig.Storage;
import org.postern.facts.Choices.Choice;
import org.postern.mail.Address;
import org.postern.store.Disk;
import org.postern.vault.Secrets;
import org.postern.vault.Vault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The record as a command sees it beside a gateway that may run: read once, when somebody is first
/// asked about, and never written. Where the keystore cannot be read, nothing is known.
public final class ChoiceLook {
    private static final Logger LOG = LoggerFactory.getLogger(ChoiceLook.class);

    private final Disk disk;
    private final Storage storage;
    private @Nullable ChoiceBook book;
    private boolean looked;

    public ChoiceLook(Disk disk, Storage storage) {
        this.disk = disk;
        this.storage = storage;
    }

    /// What somebody chose; `UNKNOWN` if the record cannot be read.
    public synchronized Choice of(Address person) {
        if (!looked) {
            looked = true;
            book = open();
        }
        return book == null ? Choice.UNKNOWN : book.of(person);
    }

    private @Nullable ChoiceBook open() {
        char[] password = {};
        try {
            password = Secrets.firstLine(storage.keystorePassword()).toCharArray();
            Vault vault = Vault.open(storage.keystore(), password);
            return ChoiceBook.open(disk, storage.data(), vault);
        } catch (IOException e) {
            LOG.warn("what patients chose cannot be read: {}", e.getMessage());
            return null;
        } finally {
            Arrays.fill(password, '\0');
        }
    }
}
