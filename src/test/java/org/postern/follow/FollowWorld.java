package org.postern.follow;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postern.audit.AuditFile;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditReader;
import org.postern.calendar.Quiet;
import org.postern.calendar.WorkingDays;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.PickupTerms;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.NewMessage.Stay;
import org.postern.mailbox.PickupToken;
import org.postern.mailbox.StoredMessage;
import org.postern.notice.CertificateMail;
import org.postern.notice.ClinicianMail;
import org.postern.notice.ClinicianMail.Reading;
import org.postern.notice.Letterhead;
import org.postern.notice.NoticeComposer;
import org.postern.notice.NoticeTemplate;
import org.postern.notice.PickupNotice.Question;
import org.postern.operate.AuditText;
import org.postern.queue.QueueRunner;
import org.postern.relay.NextHop;
import org.postern.spool.FileSpool;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.store.Database;
import org.postern.store.Disk;
import org.postern.store.FileDisk;
import org.postern.telling.UntoldReturns;
import org.postern.testkit.InterposedDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;
import org.postern.transit.Agenda;
import org.postern.transit.OwnMail;
import org.postern.transit.Routes;
import org.postern.transit.SecureMailbox;
import org.postern.transit.Stationery;
import org.postern.wording.NoticeKind;

/// What follows a notice, with real stores and a clock that a test moves; the queue does not run,
/// so that every letter stays in the spool to be looked at.
public final class FollowWorld implements AutoCloseable {
    public static final Address ANNA = Address.of("anna.reyes@clinic.example");
    public static final Address SAM = Address.of("sam.okafor@clinic.example");
    public static final Address MARIA = Address.of("maria@patients.example");
    public static final Address JOHN = Address.of("john@patients.example");
    public static final Address IT = Address.of("it@clinic.example");
    public static final Domain HOST = new Domain("mail.clinic.example");

    /// A Monday morning in New York.
    static final Instant MONDAY = Instant.parse("2026-03-02T15:00:00Z");

    private static final ZoneId ZONE = ZoneId.of("America/New_York");
    private static final AtomicInteger IDS = new AtomicInteger();

    final ManualClock clock = new ManualClock(MONDAY);
    final AtomicBoolean believed = new AtomicBoolean(true);
    private Duration ahead = Duration.ZERO;
    final ReturnAddresses addresses =
            new ReturnAddresses(TestVault.one(), HOST, new ReturnAddresses.Doors(true, true));
    private final Path data;
    private final Trap trap = new Trap(new FileDisk());
    private final FollowSettings settings;
    private final @Nullable Telephone telephone;

    private Database database;
    private AuditFile audit;
    FileSpool spool;
    FileMailboxStore mailbox;
    OwnMail ownMail;
    SecureMailbox secure;
    FollowUp followUp;
    private FollowStart start;
    private UntoldReturns untold;

    /// A code and a word that are easy to find in a letter.
    private static final class Signs implements SecureMailbox.Signs {
        @Override
        public String typed(PickupToken token, Instant expires) {
            return "K7QP-29FM-X4TD-8HWN";
        }

        @Override
        public Optional<String> word(Address patient) {
            return Optional.of("lighthouse");
        }
    }

    /// A disk that is full for the database once the spool has synced a letter: so a letter is
    /// there, and nobody could record it as done.
    private static final class Trap extends InterposedDisk {
        private boolean armed;
        private boolean sprung;

        Trap(Disk disk) {
            super(disk);
        }

        @Override
        protected void pass(Call call) throws IOException {
            call.step().run();
            if (armed && call.act() == Act.SYNC && call.path().toString().contains("spool")) {
                sprung = true;
            }
        }

        @Override
        protected long free(long octets) {
            return sprung ? 0 : octets;
        }
    }

    public FollowWorld(Path data) throws IOException {
        this(data, GatewayConfig.Receipts.EACH, null);
    }

    FollowWorld(Path data, GatewayConfig.Receipts receipts, @Nullable Telephone telephone)
            throws IOException {
        this.data = data;
        this.telephone = telephone;
        this.settings =
                new FollowSettings(
                        new PickupTerms(
                                Duration.ofDays(30),
                                Duration.ofDays(90),
                                receipts,
                                true,
                                Duration.ofHours(24),
                                Duration.ofHours(72),
                                new Quiet(20, 8),
                                false),
                        new ClinicHours(ZONE, 20, 8, WorkingDays.USUAL));
        open();
    }

    private void open() throws IOException {
        SecureRandom random = new SecureRandom();
        database = TestDatabase.open(trap, data.resolve("db"), clock, believed::get);
        audit =
                AuditFile.open(
                        new AuditFolder(new FileDisk(), data.resolve("audit")),
                        TestVault.one(),
                        clock);
        spool =
                new FileSpool(
                        new FileSpool.Settings(data.resolve("spool"), 0),
                        trap,
                        TestVault.one(),
                        clock,
                        random);
        mailbox =
                FileMailboxStore.open(
                        new FileMailboxStore.Ground(
                                new FileDisk(),
                                data.resolve("bodies"),
                                TestVault.one(),
                                database,
                                random,
                                clock,
                                () -> clock.instant().plus(ahead)));
        Routes routes =
                new Routes(
                        NextHop.clear("127.0.0.1", 25),
                        Map.of(),
                        Optional.of(NextHop.clear("127.0.0.1", 26)));
        Agenda agenda = new Agenda(new QueueRunner(clock, () -> {}), routes, clock);
        ownMail = new OwnMail(spool, audit, agenda, Set.of(new Domain("clinic.example")));
        start = new FollowStart(database, settings, clock);
        secure =
                new SecureMailbox(
                        mailbox,
                        ownMail,
                        new NoticeComposer(HOST, clock, random),
                        start,
                        new Paper(),
                        new SecureMailbox.Terms(
                                "https://mail.clinic.example",
                                Duration.ofDays(30),
                                new Signs(),
                                SecureMailbox.Readers.PATIENTS),
                        (_, _) -> {
                            throw new IllegalStateException("no message here has a PIN");
                        },
                        clock);
        ClinicianMail mail =
                new ClinicianMail(
                        HOST,
                        new ClinicianMail.Setting(
                                new Paper().clinic(new Address("postmaster", HOST)),
                                Locale.ENGLISH,
                                ZONE),
                        clock,
                        random);
        CertificateMail toIt =
                new CertificateMail(HOST, new Address("postmaster", HOST), clock, random);
        untold =
                new UntoldReturns(
                        trap,
                        data.resolve("returns-untold"),
                        (named, others) ->
                                ownMail.tell(
                                        OwnMail.UNTOLD,
                                        named.getFirst(),
                                        IT,
                                        toIt.returned(IT, named, others)),
                        clock);
        followUp =
                new FollowUp(
                        new FollowUp.Stores(mailbox, database, audit),
                        new FollowUp.Post(ownMail, secure, mail, addresses, telephone, untold),
                        settings,
                        clock);
    }

    public ManualClock clock() {
        return clock;
    }

    /// Lets the wall clock be moved by that, while no time goes by.
    public void setClock(Duration by) {
        clock.advance(by);
        ahead = ahead.minus(by);
    }

    public ReturnAddresses addresses() {
        return addresses;
    }

    public FollowUp followUp() {
        return followUp;
    }

    public FileMailboxStore mailbox() {
        return mailbox;
    }

    public Database database() {
        return database;
    }

    public OwnMail ownMail() {
        return ownMail;
    }

    public SecureMailbox secure() {
        return secure;
    }

    public FollowStart start() {
        return start;
    }

    public Stationery paper() {
        return new Paper();
    }

    /// The audit in words.
    public List<String> audited() throws IOException {
        List<String> lines = new ArrayList<>();
        new AuditReader(new AuditFolder(new FileDisk(), data.resolve("audit")))
                .read(entry -> lines.add(AuditText.words(entry)));
        return lines;
    }

    /// From now on the next letter is written and cannot be recorded as done.
    public void trap() {
        trap.armed = true;
    }

    public void untrap() {
        trap.armed = false;
        trap.sprung = false;
    }

    /// Stops everything and starts it again, as the gateway does.
    public void restart() throws IOException {
        close();
        untrap();
        open();
        spool.recover(ownMail::recovered);
        followUp.resume();
    }

    /// Lets time go by, and looks.
    public void after(Duration time) {
        clock.advance(time);
        followUp.look();
    }

    /// Lets time go by, looking every half hour, as a gateway does that runs all the time.
    public void live(Duration time) {
        Instant end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            after(Duration.ofMinutes(30));
        }
    }

    /// A message whose notice goes out now.
    public StoredMessage notified(Address clinician, Address patient) throws IOException {
        return notified(clinician, patient, Stay.from(clock.instant()));
    }

    public StoredMessage notified(Address clinician, Address patient, Stay stay)
            throws IOException {
        int number = IDS.incrementAndGet();
        StoredMessage stored =
                mailbox.store(
                        new NewMessage(
                                QueueId.next(
                                        clock.instant().plusMillis(number), new SecureRandom()),
                                Direction.TO_PATIENT,
                                clinician,
                                patient,
                                "m" + number + "@clinic.example",
                                List.of("before@clinic.example"),
                                stay,
                                Guard.USUAL),
                        Content.of(
                                "Subject: Knee\r\n\r\nText\r\n"
                                        .getBytes(StandardCharsets.US_ASCII)));
        start.begin(stored);
        mailbox.markNotified(stored.key());
        return mailbox.message(stored.key()).orElseThrow();
    }

    /// The patient passes the check and reads, as the page notes it.
    public void read(StoredMessage stored) throws IOException {
        opened(stored);
        mailbox.markRead(stored.key(), clock.instant());
    }

    /// The first half of that.
    void opened(StoredMessage stored) throws IOException {
        followUp.opened(
                stored.message().queueId(),
                stored.message().patient(),
                new Reading(clock.instant(), "birth-date", "iPhone, Safari"));
    }

    public StoredMessage now(MessageKey key) throws IOException {
        return mailbox.message(key).orElseThrow();
    }

    /// The kinds of all letters in the spool, in their order.
    public List<String> kinds() throws IOException {
        List<String> kinds = new ArrayList<>();
        spool.forEach(message -> kinds.add(kind(message)));
        return kinds;
    }

    private static String kind(QueuedMessage message) {
        return message.envelope().arrival().peer().replaceFirst(":.*", "");
    }

    /// Every letter leaves.
    void sendAll() throws IOException {
        List<QueuedMessage> all = new ArrayList<>();
        spool.forEach(all::add);
        for (QueuedMessage each : all) {
            Map<Address, RecipientState> done = new HashMap<>();
            each.states()
                    .keySet()
                    .forEach(it ->
                            done.put(it, new RecipientState.Done(new DeliveryOutcome.Delivered())));
            spool.record(each.id(), done);
            spool.retire(each.id());
        }
    }

    /// The letters of a kind, whole.
    public List<String> letters(String kind) throws IOException {
        List<String> letters = new ArrayList<>();
        spool.forEach(message -> {
            if (kind(message).equals(kind)) {
                letters.add(
                        new String(
                                spool.content(message.id()).open().readAllBytes(),
                                StandardCharsets.UTF_8));
            }
        });
        return letters;
    }

    /// The envelopes of a kind.
    public List<QueuedMessage> queued(String kind) throws IOException {
        List<QueuedMessage> queued = new ArrayList<>();
        spool.forEach(message -> {
            if (kind(message).equals(kind)) {
                queued.add(message);
            }
        });
        return queued;
    }

    @Override
    public void close() throws IOException {
        mailbox.close();
        spool.close();
        trap.sprung = false;
        database.close();
        audit.close();
    }

    /// The clinic's paper.
    private final class Paper implements Stationery {
        @Override
        public Letterhead letterhead(Address clinician) {
            return new Letterhead(
                    clinician,
                    "Anna Reyes, MD",
                    "Maple Street Clinic",
                    "+1 555 0100",
                    "#0a6c74",
                    Optional.empty());
        }

        @Override
        public Letterhead clinic(Address clinician) {
            return new Letterhead(
                    clinician,
                    "",
                    "Maple Street Clinic",
                    "+1 555 0100",
                    "#0a6c74",
                    Optional.empty());
        }

        @Override
        public List<NoticeTemplate> noticeWords(NewMessage message) {
            return words(NoticeKind.PICKUP);
        }

        @Override
        public List<NoticeTemplate> reminderWords(NewMessage message) {
            return words(NoticeKind.REMINDER);
        }

        @Override
        public List<NoticeTemplate> answerWords(NewMessage message) {
            return words(NoticeKind.ANSWER);
        }

        @Override
        public List<NoticeTemplate> codeWords(Address patient) {
            return words(NoticeKind.CODE);
        }

        private List<NoticeTemplate> words(NoticeKind kind) {
            Path folder = Path.of("policy-config/notices");
            String name = kind.name().toLowerCase(Locale.ROOT) + ".en";
            try {
                return List.of(
                        NoticeTemplate.of(
                                kind,
                                Files.readString(folder.resolve(name + ".txt")),
                                Files.readString(folder.resolve(name + ".html"))));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public Optional<Address> replyTo(MessageKey message) {
            return addresses.reply(message);
        }

        @Override
        public Address returnTo(StoredMessage message) {
            return addresses.bounce(message.key()).orElseThrow();
        }

        @Override
        public List<NoticeTemplate> startWords(Locale language) {
            throw new IllegalStateException("nobody writes first here");
        }

        @Override
        public List<NoticeTemplate> caregiverWords() {
            return words(NoticeKind.CAREGIVER);
        }

        @Override
        public List<NoticeTemplate> alertWords(Address patient) {
            return words(NoticeKind.ALERT);
        }

        @Override
        public Question question(Address patient, NewMessage.Guard guard) {
            return Question.BIRTH_DATE;
        }
    }
}
