package org.postern.beside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.postern.incoming.Incoming;
import org.postern.incoming.LyingMail;
import org.postern.keyring.Keyring;
import org.postern.mail.Domain;
import org.postern.origin.OwnFields;
import org.postern.pki.PartnerDirectory;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;

/// How letters of the clinic's server are read by somebody who has no key.
public final class ReadingThere implements AutoCloseable {
    private static final Domain GATEWAY = new Domain("gate.clinic.example");

    private final Database database;
    public final Clinic.Reading reading;

    /// @param home a folder of its own
    public ReadingThere(Path home) throws IOException {
        ManualClock clock = new ManualClock(TestAuthority.NOW);
        Files.createDirectories(home.resolve("partners/anchors"));
        Files.writeString(home.resolve("password"), "one long secret\n");
        Keyring keyring =
                Keyring.of(
                        new Keyring.Places(
                                home.resolve("smime"),
                                home.resolve("password"),
                                home.resolve("crl"),
                                "Our Clinic"),
                        clock);
        LyingMail mail =
                new LyingMail(
                        keyring,
                        PartnerDirectory.load(home.resolve("partners")),
                        new Incoming.Voice(GATEWAY, new OwnFields(Set.of(GATEWAY))),
                        Optional.empty());
        database = TestDatabase.open(new FileDisk(), home.resolve("db"), clock);
        reading =
                new Clinic.Reading(
                        mail,
                        Verdicts.open(database, clock),
                        Spills.in(home.resolve("spills"), TestVault.one()),
                        1 << 20,
                        clock);
    }

    @Override
    public void close() throws IOException {
        database.close();
    }
}
