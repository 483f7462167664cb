package org.postern;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.postern.audit.AuditFile;
import org.postern.audit.AuditFolder;
import org.postern.check.Ladder;
import org.postern.check.PatientFile;
import org.postern.choice.ChoiceBook;
import org.postern.choice.ChoiceDesk;
import org.postern.config.Configuration;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mailbox.FileMailboxStore;
import org.postern.net.HostLookup;
import org.postern.queue.ClockTrust;
import org.postern.refusal.RefusalLog;
import org.postern.spool.FileSpool;
import org.postern.spool.Spool;
import org.postern.store.Database;
import org.postern.testkit.SimulatedDisk;
import org.postern.vault.Vault;

/// A gateway without its doors, on a simulated disk under spool, bodies and audit: the story as
/// `Gateway` composes it, and the stores as `Ground` opens them, but for keys and database, which
/// outlive it.
final class PowerLossLife implements AutoCloseable {
    private static final Duration DRAIN_MAX = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofNanos(300_000);
    private static final Address ANNA = Address.of("anna.reyes@mapleclinic.example");

    private final Closing closing = new Closing();
    private final Spool spool;
    private final Story story;

    /// What lives on.
    ///
    /// @param folder the configuration folder
    record Place(
            Path folder,
            Configuration configuration,
            Vault vault,
            PatientFile patients,
            Database database) {
        Path data(String name) {
            return configuration.gateway().storage().data().resolve(name);
        }
    }

    /// Opens the stores and takes up what they hold.
    PowerLossLife(Place place, SimulatedDisk disk) throws IOException {
        World world =
                new World(
                        Clock.systemUTC(),
                        new SecureRandom(),
                        disk,
                        HostLookup.system(Duration.ofSeconds(30)));
        Vault vault = place.vault();
        try {
            AuditFile audit =
                    AuditFile.open(
                            new AuditFolder(disk, place.data("audit")), vault, world.clock());
            closing.later("audit", audit::close);
            spool =
                    new FileSpool(
                            new FileSpool.Settings(place.data("spool"), 0),
                            disk,
                            vault,
                            world.clock(),
                            world.random());
            closing.later("spool", spool::close);
            FileMailboxStore mailbox =
                    FileMailboxStore.open(
                            new FileMailboxStore.Ground(
                                    disk,
                                    place.data("bodies"),
                                    vault,
                                    place.database(),
                                    world.random(),
                                    world.clock()));
            Ground ground =
                    new Ground(
                            vault,
                            audit,
                            spool,
                            place.database(),
                            mailbox,
                            ClockTrust.open(
                                    disk, place.data("clock"), world.clock(), world.nanos()),
                            new ChoiceDesk(
                                    ChoiceBook.open(disk, place.data(""), vault),
                                    audit::append,
                                    world.clock()),
                            new RefusalLog(audit, world.clock()));
            var addresses = Gateway.addresses(place.configuration().gateway(), ground);
            ClinicFaces faces =
                    new ClinicFaces(
                            place.configuration(),
                            place.configuration()::people,
                            new Ladder(place.patients(), _ -> false),
                            place.patients(),
                            addresses);
            Story.Setting setting =
                    new Story.Setting(place.folder(), place.configuration(), world, closing);
            var phones = PickupWiring.Phones.of(setting, place.patients());
            story = Story.compose(setting, ground, new Story.Look(faces, addresses, phones));
            story.transit().start(this::resume);
        } catch (IOException | RuntimeException e) {
            closing.close();
            throw e;
        }
    }

    /// As `Gateway` does.
    private void resume() throws IOException {
        var secure = requireNonNull(story).secure();
        if (secure.isPresent()) {
            secure.get().followUp().resume();
        }
    }

    /// Offers a message as an SMTP session does.
    ///
    /// @return whether it was answered 250
    boolean offer(List<String> recipients, String text) throws IOException {
        Envelope envelope =
                new Envelope(
                        new Arrival(Listener.RELAY, "127.0.0.1", null, null),
                        ANNA,
                        recipients.stream().map(Address::of).toList());
        try (Draft draft = spool.open()) {
            draft.out().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return requireNonNull(story).transit().receive(envelope, draft).code() == 250;
        }
    }

    /// Waits until nothing is left in the spool.
    void drain() throws IOException {
        long limit = System.nanoTime() + DRAIN_MAX.toNanos();
        while (holds()) {
            if (System.nanoTime() > limit) {
                throw new AssertionError("mail is left in the spool");
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private boolean holds() throws IOException {
        boolean[] any = new boolean[1];
        spool.forEach(_ -> any[0] = true);
        return any[0];
    }

    @Override
    public void close() {
        closing.close();
    }
}
