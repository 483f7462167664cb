package org.postern.held;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.audit.AuditFile;
import org.postern.audit.AuditFolder;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.QueueId;
import org.postern.mailbox.MailboxStore;
import org.postern.membership.Memberships;
import org.postern.notice.ClinicianMail;
import org.postern.notice.Letterhead;
import org.postern.policy.AskPace;
import org.postern.policy.Policy;
import org.postern.queue.JudgedClock;
import org.postern.queue.QueueRunner;
import org.postern.reach.Inquiry;
import org.postern.relay.NextHop;
import org.postern.spool.FileSpool;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Held;
import org.postern.spool.RecipientState.Review;
import org.postern.spool.Spool;
import org.postern.store.Database;
import org.postern.store.Disk;
import org.postern.store.FileDisk;
import org.postern.testkit.FakeWays;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleFacts;
import org.postern.testkit.SampleMail;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;
import org.postern.transit.Agenda;
import org.postern.transit.OwnMail;
import org.postern.transit.QueueDesk;
import org.postern.transit.Routes;

/// A gateway as far as held mail is concerned, with its stores in one folder.
final class HeldStage implements AutoCloseable {
    static final Domain CLINIC = SampleMail.DOCTOR.domain();

    private final ManualClock clock;
    private final Agenda agenda;
    final AuditFile audit;
    final Database database;
    final FileSpool spool;
    final OwnMail ownMail;
    final AskBook book;
    final HeldMail mail;
    final Docket docket = new Docket();
    final AtomicBoolean believed = new AtomicBoolean(true);

    /// What a test may put in its place.
    ///
    /// @param spool its disk
    /// @param met on each use of the spool by who writes mail
    record Setting(Disk spool, Meeting met, AskPace pace, @Nullable URI pages) {
        static final Setting USUAL = new Setting(new FileDisk(), (_, _) -> {}, AskPace.USUAL, null);
    }

    /// Met before a spool does something.
    @FunctionalInterface
    interface Meeting {
        void meet(String method, Object... arguments) throws IOException;
    }

    /// @param database is closed with it
    HeldStage(Path folder, Database database, ManualClock clock, Setting setting)
            throws IOException {
        this.clock = clock;
        this.database = database;
        SecureRandom random = new SecureRandom();
        AuditFolder trail = new AuditFolder(new FileDisk(), folder.resolve("audit"));
        audit = AuditFile.open(trail, TestVault.one(), clock);
        spool =
                new FileSpool(
                        new FileSpool.Settings(folder.resolve("spool"), 0),
                        setting.spool(),
                        TestVault.one(),
                        clock,
                        random);
        Routes routes = new Routes(NextHop.clear("127.0.0.1", 25), Map.of(), Optional.empty());
        agenda = new Agenda(new QueueRunner(clock, () -> {}), routes, clock);
        Spool met = met(spool, setting.met());
        ownMail = new OwnMail(met, audit, agenda, Set.of(CLINIC));
        ClinicianMail words = words(clock, random);
        book = new AskBook(database);
        Asking.Manner manner = new Asking.Manner(setting.pace(), ZoneId.of("UTC"));
        AskLetters letters = new AskLetters(words, setting.pages());
        Asking asking = new Asking(met, ownMail, letters, book, manner, clock);
        mail = new HeldMail(spool, ownMail, words, asking);
    }

    /// With everything as usual, and a database of its own.
    static HeldStage in(Path folder, ManualClock clock) throws IOException {
        Database database = TestDatabase.open(new FileDisk(), folder.resolve("db"), clock);
        return new HeldStage(folder, database, clock, Setting.USUAL);
    }

    private static ClinicianMail words(ManualClock clock, SecureRandom random) {
        Letterhead head =
                new Letterhead(
                        new Address("postmaster", CLINIC),
                        "Clinic",
                        "Clinic",
                        "",
                        "#336699",
                        Optional.empty());
        ClinicianMail.Setting look =
                new ClinicianMail.Setting(head, Locale.ENGLISH, ZoneId.of("UTC"));
        return new ClinicianMail(CLINIC, look, clock, random);
    }

    /// Where people decide.
    ///
    /// @param seen the spool as the desk has it
    HeldDesk desk(Spool seen, Supplier<Policy> policy, Memberships groups) {
        QueueDesk.Letters letters = new QueueDesk.Letters(noMailbox(), clock, spool::find, docket);
        HeldDesk.Law law =
                new HeldDesk.Law(
                        SampleFacts.inspection(Set.of(CLINIC), CLINIC),
                        policy,
                        new Inquiry(groups, FakeWays.nowhere(clock)),
                        _ -> true);
        return new HeldDesk(
                new HeldDesk.Stores(seen, audit),
                new QueueDesk(spool, audit, agenda, clock, letters, ownMail),
                law,
                mail,
                docket,
                new JudgedClock(clock, believed::get));
    }

    /// Holds a message for all whom it is to, and has the docket hear of it.
    QueuedMessage hold(Envelope envelope, String text, Review review) throws IOException {
        try (Draft draft = spool.open()) {
            draft.out().write(text.getBytes(StandardCharsets.US_ASCII));
            draft.finish();
            QueueId id = spool.commit(draft, envelope, SampleMail.ruling(envelope)).id();
            Map<Address, RecipientState> held =
                    envelope.recipients().stream()
                            .collect(Collectors.toMap(to -> to, _ -> new Held("Why.", review)));
            QueuedMessage message = spool.record(id, held);
            docket.accept(message);
            return message;
        }
    }

    /// A spool of whose use a test hears first.
    static Spool met(Spool real, Meeting meeting) {
        return (Spool)
                Proxy.newProxyInstance(
                        Spool.class.getClassLoader(),
                        new Class<?>[] {Spool.class},
                        (_, method, arguments) -> {
                            meeting.meet(
                                    method.getName(),
                                    arguments == null ? new Object[0] : arguments);
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    /// No letter is here to be told of.
    static MailboxStore noMailbox() {
        return (MailboxStore)
                Proxy.newProxyInstance(
                        MailboxStore.class.getClassLoader(),
                        new Class<?>[] {MailboxStore.class},
                        (_, method, _) -> {
                            throw new IllegalStateException(method.getName());
                        });
    }

    @Override
    public void close() throws IOException {
        spool.close();
        database.close();
        audit.close();
    }
}
