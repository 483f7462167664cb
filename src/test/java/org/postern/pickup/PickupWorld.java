package org.postern.pickup;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.postern.access.Challenges;
import org.postern.access.DeviceTable;
import org.postern.access.Passkeys;
import org.postern.access.SessionTable;
import org.postern.access.Visits;
import org.postern.asking.AskingParts;
import org.postern.asking.AskingSite;
import org.postern.audit.AuditEvent;
import org.postern.calendar.WorkingDays;
import org.postern.caregiver.Caregiver;
import org.postern.caregiver.CaregiverTable;
import org.postern.caring.CaringParts;
import org.postern.caring.CaringSite;
import org.postern.check.Codes;
import org.postern.check.Examiner;
import org.postern.check.Ladder;
import org.postern.check.PatientCheck;
import org.postern.check.PatientFile;
import org.postern.check.WrongAnswers;
import org.postern.choice.ChoiceBook;
import org.postern.choice.ChoiceDesk;
import org.postern.doorstep.DoorstepParts;
import org.postern.doorstep.DoorstepSite;
import org.postern.handout.Asking;
import org.postern.handout.KeyWishes;
import org.postern.handout.KeysOutside;
import org.postern.http.WebSettings;
import org.postern.language.Language;
import org.postern.language.Languages;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Draft;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.PickupToken;
import org.postern.mailbox.StoredMessage;
import org.postern.net.TlsMaterial;
import org.postern.page.Clinic;
import org.postern.page.Clinician;
import org.postern.page.Stage;
import org.postern.page.TextWords;
import org.postern.recognition.PictureWords;
import org.postern.recognition.TypedCodes;
import org.postern.sms.SmsWebhook;
import org.postern.sms.TextMessages;
import org.postern.start.Desk;
import org.postern.start.Desks;
import org.postern.start.StartLinks;
import org.postern.start.StartMail;
import org.postern.start.StartParts;
import org.postern.start.StartSite;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.FailingDisk;
import org.postern.testkit.FakeSms;
import org.postern.testkit.ManualClock;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestTls;
import org.postern.testkit.TestVault;
import org.postern.writing.PostBox;
import org.postern.writing.Unsent;

/// The pages with everything real behind them but the rest of the gateway: what they ask of it is
/// kept in lists.
final class PickupWorld implements AutoCloseable {
    static final Address MARIA = Address.of("maria@patients.example");
    static final Address PABLO = Address.of("pablo@patients.example");

    /// A number and a birth date are on file.
    static final Address ROSA = Address.of("rosa@patients.example");

    /// Only a number is on file.
    static final Address PEDRO = Address.of("pedro@patients.example");

    /// No certificate can name such an address.
    static final Address INES = Address.of("in\u00E9s@patients.example");

    static final Address STRANGER = Address.of("nobody.knows@patients.example");
    static final Address RUIZ = Address.of("ana.ruiz@clinic.example");
    static final Address NURSES = Address.of("nurses@clinic.example");
    static final Address SAM = Address.of("sam.okafor@clinic.example");
    static final String BIRTH_DATE = "1972-04-09";
    static final String PIN = "482915";

    private static final String PHONE = "+1 555 0100";

    /// What a gateway without room says.
    static final Reply LATER = new Reply(452, "4.3.1", "No room");

    /// A Wednesday.
    private static final WorkingDays HOLIDAYS =
            new WorkingDays(Set.of(LocalDate.parse("2026-03-04")), 17);

    private static Clinic clinic(Languages languages) {
        return new Clinic(
                "Maple Street Clinic",
                PHONE,
                Language.ENGLISH,
                "#0a6c74",
                "",
                ZoneId.of("America/New_York"),
                languages.calling(PHONE),
                HOLIDAYS,
                true,
                true);
    }

    /// How long the service for text messages has; what it does not take comes by another way, so a
    /// busy machine must not be late.
    private static final Duration TEXT_MAX = Duration.ofSeconds(5);

    private static final Duration MAIL_MAX = Duration.ofSeconds(60);

    /// The patients file; made once, because each hash in it is slow by intent.
    private static final byte[] FACTS = facts();

    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final TlsMaterial TLS = TestTls.server(AUTHORITY.server("localhost"));
    private static final AtomicInteger IDS = new AtomicInteger();

    final ManualClock clock = new ManualClock(Instant.parse("2026-03-02T20:40:00Z"));
    final List<PickupJournal.Step> steps = new CopyOnWriteArrayList<>();
    final List<String> codes = new CopyOnWriteArrayList<>();
    final List<Address> freshLinks = new CopyOnWriteArrayList<>();
    final List<String> alerts = new CopyOnWriteArrayList<>();
    final List<Invited> invited = new CopyOnWriteArrayList<>();
    final List<Started> starts = new CopyOnWriteArrayList<>();
    final List<Address> keysAsked = new CopyOnWriteArrayList<>();
    final List<StoredMessage> notTheirs = new CopyOnWriteArrayList<>();
    final FileMailboxStore mailbox;
    final PickupServer server;
    final CaregiverTable caregivers;
    final TypedCodes typedCodes;
    final PictureWords pictureWords;
    final ChoiceDesk choices;
    final List<AuditEvent> audited = new CopyOnWriteArrayList<>();
    final FailingDisk choicesDisk = new FailingDisk(new FileDisk());
    final PickupParts parts;
    private final PickupServer.More more;
    MemoryReception reception = MemoryReception.accepting();
    @Nullable IOException journalFault;
    @Nullable IOException alertFault;
    @Nullable Content photo;
    Desk.@Nullable Absence absence;
    @Nullable IOException draftFault;
    int draftOctetsMax = Integer.MAX_VALUE;
    private final Clinic clinic;
    final Database database;
    private final WrongAnswers wrongAnswers;
    final FakeSms sms;
    private final TextMessages texts;

    PickupWorld(Path data) throws IOException {
        this(data, Languages.shipped());
    }

    /// @param languages that its pages speak
    PickupWorld(Path data, Languages languages) throws IOException {
        clinic = clinic(languages);
        database = TestDatabase.open(new FileDisk(), data.resolve("db"), clock);
        SecureRandom random = new SecureRandom();
        wrongAnswers = new WrongAnswers(database);
        caregivers = new CaregiverTable(database, TestVault.one(), random);
        typedCodes = new TypedCodes(database, TestVault.one(), random);
        pictureWords = new PictureWords(database, TestVault.one());
        choices =
                new ChoiceDesk(
                        ChoiceBook.open(choicesDisk, data, TestVault.one()), audited::add, clock);
        mailbox =
                FileMailboxStore.open(
                        new FileMailboxStore.Ground(
                                new FileDisk(),
                                data.resolve("bodies"),
                                TestVault.one(),
                                database,
                                random,
                                clock));
        Path file = data.resolve("patients");
        Files.write(file, FACTS);
        sms = new FakeSms();
        PatientFile known = PatientFile.open(file, TestVault.one());
        texts =
                new TextMessages(
                        known, new SmsWebhook(sms.url(), Optional.of("s3cret"), TEXT_MAX), clock);
        parts =
                new PickupParts(
                        new PickupParts.Store(
                                mailbox,
                                new SessionTable(database, random),
                                new DeviceTable(database, random),
                                new Passkeys(
                                        database,
                                        TestVault.one(),
                                        new Challenges(TestVault.one(), random)),
                                caregivers,
                                new Unsent(database, TestVault.one()),
                                choices::notHers),
                        checks(known, random),
                        address ->
                                address.equals(NURSES)
                                        ? new Clinician("The nurses", "", Optional.empty())
                                        : new Clinician("Dr. Ana Ruiz", "Family medicine", photo()),
                        new Letters(),
                        this::record,
                        new PostBox(
                                (envelope, draft) ->
                                        reception.receive(envelope, ((SmallDraft) draft).whole()),
                                mailbox),
                        this::draft,
                        new PickupParts.World(clock, random));
        more =
                new StartSite(
                                new StartParts(
                                        parts,
                                        new SampleDesks(),
                                        new StartLinks(database, random),
                                        (request, token) ->
                                                starts.add(new Started(request, token))))
                        .and(new CaringSite(new CaringParts(parts, caregivers, this::invite)))
                        .and(new DoorstepSite(new DoorstepParts(parts, typedCodes, pictureWords)))
                        .and(new AskingSite(new AskingParts(parts, asking(data, random))))
                        .and(choices.site(parts));
        server =
                new PickupServer(
                        new WebSettings(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                URI.create("https://localhost:0"),
                                WebSettings.Tls.of(() -> TLS)),
                        clinic,
                        parts,
                        more);
        server.start();
    }

    /// What becomes of wishes for keys; no authority is behind it.
    private Asking asking(Path data, SecureRandom random) throws IOException {
        return KeyWishes.in(
                data,
                new KeysOutside.Wishes(database, keysAsked::add),
                new KeysOutside.World(data, clock, random));
    }

    /// Every route of the pages, such as `GET /m/{token}`.
    List<String> routes() {
        Visits visits =
                new Visits(
                        parts.store().sessions(),
                        parts.store().devices(),
                        clock,
                        new SecureRandom(),
                        true);
        Stage stage = new Stage(clinic, _ -> Optional.empty());
        PickupSite site = new PickupSite(stage, visits, parts);
        more.add(site.router(), stage, visits);
        return site.router().names();
    }

    private Draft draft() throws IOException {
        if (draftFault != null) {
            throw draftFault;
        }
        return new SmallDraft(reception.open(), draftOctetsMax);
    }

    private static byte[] facts() {
        try {
            Path folder = Files.createTempDirectory("postern-patients");
            Path file = folder.resolve("patients");
            for (PatientFile.Fact fact :
                    List.of(
                            new PatientFile.Fact(MARIA, PatientCheck.BIRTH_DATE, BIRTH_DATE),
                            new PatientFile.Fact(INES, PatientCheck.BIRTH_DATE, BIRTH_DATE),
                            new PatientFile.Fact(PABLO, PatientCheck.PIN, PIN),
                            new PatientFile.Fact(ROSA, PatientCheck.MOBILE, "+15550100177"),
                            new PatientFile.Fact(PEDRO, PatientCheck.MOBILE, "+15550100177"),
                            new PatientFile.Fact(ROSA, PatientCheck.BIRTH_DATE, BIRTH_DATE))) {
                PatientFile.add(file, TestVault.one(), fact);
            }
            byte[] facts = Files.readAllBytes(file);
            // What changes the file leaves another one beside it, by which it keeps others away.
            try (Stream<Path> left = Files.list(folder)) {
                for (Path each : left.toList()) {
                    Files.delete(each);
                }
            }
            Files.delete(folder);
            return facts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PickupParts.Checks checks(PatientFile patients, SecureRandom random) {
        Codes store = new Codes(database, TestVault.one(), random);
        return new PickupParts.Checks(
                new Ladder(patients, texts::reaches),
                new Examiner(patients, store, wrongAnswers),
                store,
                patients);
    }

    /// The link that was mailed last, once so many were: mail goes out behind the page.
    Started started(int count) {
        awaitMail(starts, count);
        return starts.getLast();
    }

    /// Whom fresh links were mailed to, once so many were.
    List<Address> freshLinks(int count) {
        awaitMail(freshLinks, count);
        return freshLinks;
    }

    private static void awaitMail(List<?> mailed, int count) {
        long end = System.nanoTime() + MAIL_MAX.toNanos();
        while (mailed.size() < count) {
            if (System.nanoTime() > end) {
                throw new AssertionError("only " + mailed.size() + " links were mailed");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /// A link that was mailed to somebody who wants to write first.
    record Started(StartMail.Request request, PickupToken token) {
        String path() {
            return "/w/" + token.value();
        }
    }

    /// Dr. Ruiz, who may be away, and the nurses, of whom two read their mailbox.
    private final class SampleDesks implements Desks {
        @Override
        public Optional<Desk> named(String name) {
            return switch (name) {
                case "dr-ruiz" -> Optional.of(of(RUIZ));
                case "nurses" -> Optional.of(of(NURSES));
                default -> Optional.empty();
            };
        }

        @Override
        public Desk of(Address clinician) {
            return clinician.equals(NURSES)
                    ? new Desk("nurses", NURSES, List.of(SAM), Optional.of(0), Optional.empty())
                    : new Desk(
                            "dr-ruiz",
                            clinician,
                            List.of(),
                            Optional.of(2),
                            Optional.ofNullable(absence));
        }

        @Override
        public boolean isOurs(Address address) {
            return address.domain().equals(RUIZ.domain());
        }
    }

    /// A link that was mailed to a caregiver.
    record Invited(Caregiver caregiver, PickupToken token) {
        String path() {
            return "/k/" + token.value();
        }
    }

    /// Mails a caregiver a link to a message.
    void invite(Caregiver caregiver, StoredMessage message) throws IOException {
        Instant end = clock.instant().plus(Duration.ofDays(30));
        invited.add(
                new Invited(
                        caregiver,
                        caregivers.link(caregiver, message.key(), clock.instant(), end)));
    }

    static SSLContext trust() {
        return TestTls.client(List.of(AUTHORITY.authority().certificate()));
    }

    private Optional<Content> photo() {
        return Optional.ofNullable(photo);
    }

    private void record(PickupJournal.Step step) throws IOException {
        if (journalFault != null) {
            throw journalFault;
        }
        steps.add(step);
    }

    /// The acts recorded so far, in order.
    List<String> acts() {
        return steps.stream().map(step -> step.act().word()).toList();
    }

    void refuseAnswers(Reply reply) {
        reception = MemoryReception.ruling(_ -> reply);
    }

    /// What the clinic's unlocking does.
    void forgive(Address patient) throws IOException {
        wrongAnswers.forgive(patient);
    }

    /// Stores a message of the clinician for a patient.
    StoredMessage deliver(Address patient, String eml) throws IOException {
        return deliver(patient, eml, List.of());
    }

    StoredMessage deliver(Address patient, String eml, List<String> references) throws IOException {
        return deliver(patient, eml, references, Guard.USUAL);
    }

    /// @param guard what its reader has to show
    StoredMessage deliver(Address patient, String eml, List<String> references, Guard guard)
            throws IOException {
        String octets = eml.replace("\r\n", "\n").replace("\n", "\r\n");
        return mailbox.store(
                new NewMessage(
                        QueueId.next(
                                clock.instant().plusMillis(IDS.incrementAndGet()),
                                new SecureRandom()),
                        Direction.TO_PATIENT,
                        RUIZ,
                        patient,
                        "m" + IDS.incrementAndGet() + "@clinic.example",
                        references,
                        clock.instant(),
                        guard),
                Content.of(octets.getBytes(StandardCharsets.UTF_8)));
    }

    PickupToken grant(StoredMessage message) throws IOException {
        return mailbox.grant(message.key(), clock.instant().plus(Duration.ofDays(30)));
    }

    /// A link to a new plain message.
    PickupToken link(Address patient) throws IOException {
        return grant(deliver(patient, plain("Your results", "Your knee looks good.")));
    }

    static String plain(String subject, String text) {
        return """
        From: Ana Ruiz <ana.ruiz@clinic.example>
        To: maria@patients.example
        Subject: %s
        Date: Mon, 2 Mar 2026 15:30:00 -0500
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8

        %s
        """
                .formatted(subject, text);
    }

    static String html(String html) {
        return """
        From: Ana Ruiz <ana.ruiz@clinic.example>
        To: maria@patients.example
        Subject: Your plan
        MIME-Version: 1.0
        Content-Type: text/html; charset=utf-8

        %s
        """
                .formatted(html);
    }

    @Override
    public void close() throws IOException {
        server.close();
        texts.close();
        sms.close();
        mailbox.close();
        database.close();
    }

    /// A draft on a disk that has room for so many octets.
    private record SmallDraft(Draft whole, int octetsMax) implements Draft {
        @Override
        public QueueId id() {
            return whole.id();
        }

        @Override
        public OutputStream out() {
            OutputStream out = whole.out();
            return new OutputStream() {
                private int written;

                @Override
                public void write(int octet) throws IOException {
                    write(new byte[] {(byte) octet}, 0, 1);
                }

                @Override
                public void write(byte[] octets, int offset, int length) throws IOException {
                    written += length;
                    if (written > octetsMax) {
                        throw new IOException("no room");
                    }
                    out.write(octets, offset, length);
                }
            };
        }

        @Override
        public Content finish() throws IOException {
            return whole.finish();
        }

        @Override
        public void close() throws IOException {
            whole.close();
        }
    }

    private final class Letters implements Courier {
        @Override
        public void code(StoredMessage message, Codes.Code code) {
            codes.add(code.digits());
        }

        @Override
        public boolean text(StoredMessage message, Codes.Code code, Texts words) {
            String text = new TextWords(words, "localhost").code(code.digits());
            return texts.send(message.message().patient(), text);
        }

        @Override
        public void freshLink(Address patient) {
            freshLinks.add(patient);
        }

        @Override
        public void freshLink(StoredMessage message) {
            freshLinks.add(message.message().patient());
        }

        @Override
        public void alert(StoredMessage message, Alarm alarm) throws IOException {
            if (alertFault != null) {
                throw alertFault;
            }
            alerts.add(alarm.name().toLowerCase(Locale.ROOT) + " " + message.message().patient());
        }

        @Override
        public void textOfOrdinaryMail(Address patient) {
            alerts.add("text of ordinary mail " + patient);
        }

        @Override
        public void notTheirs(StoredMessage message) {
            notTheirs.add(message);
        }
    }
}
