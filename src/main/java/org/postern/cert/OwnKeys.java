package org.postern.cert;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.Storage;
import org.postern.keyring.Issuing;
import org.postern.keyring.Keyring;
import org.postern.keyring.Renewal;
import org.postern.operate.Rounds;

/// The keyring that a configuration names, and the parts that work with it.
public final class OwnKeys {
    private final Keyring keyring;
    private final Issuing issuing;
    private final InstantSource clock;

    private OwnKeys(GatewayConfig config, Keyring keyring, InstantSource clock) {
        this.keyring = keyring;
        this.issuing = new Issuing(keyring, clinic(config), clock);
        this.clock = clock;
    }

    /// The folder `smime` beside the keystore.
    public static OwnKeys of(GatewayConfig config, InstantSource clock) {
        Storage storage = config.storage();
        Path keys =
                Objects.requireNonNull(
                        storage.keystore().toAbsolutePath().getParent(), "a file has a folder");
        return new OwnKeys(
                config, Keyring.of(keys.resolve("smime"), storage.keystorePassword()), clock);
    }

    static Issuing.Clinic clinic(GatewayConfig config) {
        return new Issuing.Clinic(config.clinic().name(), config.site().domains());
    }

    /// Where the keys lie.
    public Keyring keyring() {
        return keyring;
    }

    /// What issues into it.
    Issuing issuing() {
        return issuing;
    }

    /// Looks after what ends, from time to time.
    public Rounds renewal() {
        return new Rounds(
                "certificates", Renewal.EVERY, new Renewal(keyring, issuing, clock)::look);
    }
}
