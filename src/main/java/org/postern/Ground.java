package org.postern;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postern.access.Challenges;
import org.postern.access.DeviceTable;
import org.postern.access.Passkeys;
import org.postern.access.SessionTable;
import org.postern.audit.AuditEvent.Housekeeping;
import org.postern.audit.AuditFile;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditLog;
import org.postern.caregiver.CaregiverTable;
import org.postern.check.Codes;
import org.postern.check.Examiner;
import org.postern.check.Ladder;
import org.postern.check.PatientFile;
import org.postern.check.WrongAnswers;
import org.postern.choice.ChoiceBook;
import org.postern.choice.ChoiceDesk;
import org.postern.config.GatewayConfig.Storage;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.MailboxStore;
import org.postern.operate.Rounds;
import org.postern.pickup.PickupParts;
import org.postern.queue.ClockTrust;
import org.postern.refusal.RefusalLog;
import org.postern.rewrap.SealedPlace;
import org.postern.rotation.KekCount;
import org.postern.rotation.Rotation;
import org.postern.rotation.SealedPlaces;
import org.postern.spool.FileSpool;
import org.postern.spool.Spool;
import org.postern.store.Database;
import org.postern.vault.Secrets;
import org.postern.vault.Vault;
import org.postern.writing.Unsent;

/// The stores of one gateway, opened: keys, audit, spool, mailbox, what patients chose.
///
/// @param clock whether the wall clock may be believed where something ends for good
record Ground(
        Vault vault,
        AuditLog audit,
        Spool spool,
        Database database,
        MailboxStore mailbox,
        ClockTrust clock,
        ChoiceDesk choices,
        RefusalLog refusals) {
    /// Below this much free space nothing is accepted; what is queued still goes out.
    private static final long RESERVE_OCTETS = 256L << 20;

    static Ground open(Storage storage, World world, Closing closing) throws IOException {
        Path data = storage.data();
        Vault vault =
                Vault.open(
                        storage.keystore(),
                        Secrets.firstLine(storage.keystorePassword()).toCharArray());
        AuditFile audit =
                AuditFile.open(
                        new AuditFolder(world.disk(), data.resolve("audit")), vault, world.clock());
        closing.later("audit", audit::close);
        RefusalLog refusals = refusals(audit, world, closing);
        FileSpool spool =
                new FileSpool(
                        new FileSpool.Settings(data.resolve("spool"), RESERVE_OCTETS),
                        world.disk(),
                        vault,
                        world.clock(),
                        world.random());
        closing.later("spool", spool::close);
        ClockTrust clock =
                ClockTrust.open(world.disk(), data.resolve("clock"), world.clock(), world.nanos());
        if (!clock.isBelieved()) {
            audit.append(new Housekeeping("clock doubted", world.clock().instant().toString()));
        }
        Database database =
                Database.open(world.disk(), data.resolve("db"), world.clock(), clock::isBelieved);
        closing.later("database", database::close);
        if (database.recovery() != Database.Recovery.WHOLE) {
            audit.append(new Housekeeping("database", database.recovery().name()));
        }
        FileMailboxStore mailbox =
                FileMailboxStore.open(
                        new FileMailboxStore.Ground(
                                world.disk(),
                                data.resolve("bodies"),
                                vault,
                                database,
                                world.random(),
                                world.clock(),
                                clock::lived));
        closing.later("mailbox", mailbox::close);
        for (var key : mailbox.reconciled().lost()) {
            audit.append(new Housekeeping("body lost", key));
        }
        for (var key : mailbox.reconciled().unreadable()) {
            audit.append(new Housekeeping("body unreadable", key.value()));
        }
        ChoiceBook choices = ChoiceBook.open(world.disk(), data, vault);
        return new Ground(
                vault,
                audit,
                spool,
                database,
                mailbox,
                clock,
                new ChoiceDesk(choices, audit::append, world.clock()),
                refusals);
    }

    private static RefusalLog refusals(AuditLog audit, World world, Closing closing) {
        RefusalLog refusals = new RefusalLog(audit, world.clock());
        Rounds rounds = new Rounds("refusals", RefusalLog.EVERY, refusals::sweep);
        closing.later("refusals", refusals::close);
        closing.later("rounds of refusals", rounds::close);
        rounds.start();
        return refusals;
    }

    /// What the patient's pages keep.
    PickupParts.Store pages(World world) {
        return new PickupParts.Store(
                mailbox,
                new SessionTable(database, world.random()),
                new DeviceTable(database, world.random()),
                new Passkeys(database, vault, new Challenges(vault, world.random())),
                new CaregiverTable(database, vault, world.random()),
                new Unsent(database, vault),
                choices::notHers);
    }

    /// How readers of the pages are asked who they are.
    PickupParts.Checks checks(World world, PatientFile patients, Ladder ladder) {
        Codes codes = new Codes(database, vault, world.random());
        Examiner examiner = new Examiner(patients, codes, new WrongAnswers(database));
        return new PickupParts.Checks(ladder, examiner, codes, patients);
    }

    /// The rotation of the key under which all of them seal.
    Rotation rotation(Storage storage, World world) {
        Map<String, SealedPlace> files = new LinkedHashMap<>();
        files.put("queue", spool);
        files.put("bodies", mailbox);
        files.put("choices", choices.place());
        return new Rotation(
                vault,
                new Rotation.Files(storage.keystore(), storage.keystorePassword()),
                SealedPlaces.of(files, database, vault, storage.patients()),
                new KekCount(world.disk(), storage.data(), storage.patients(), database),
                audit,
                world.clock());
    }
}
