package org.postern.device;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.device.AppPasswords.Made;
import org.postern.mail.Address;
import org.postern.sasl.Authenticator.Account;
import org.postern.sasl.Logins;
import org.postern.sasl.Logins.Attempted;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestDatabase;

class AppPasswordsTest {
    private static final Address ANNA = Address.of("anna@clinic.example");
    private static final Address SAM = Address.of("sam@clinic.example");

    @TempDir Path home;
    private final ManualClock clock = ManualClock.atNoon();
    private Database database;
    private AppPasswords passwords;
    private AppPasswordLogin login;

    /// Who is there; a test may take somebody out.
    private Set<Address> staff = Set.of(ANNA, SAM);

    /// What was asked of whoever checks ordinary passwords.
    private final List<String> asked = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        database = TestDatabase.open(new FileDisk(), home.resolve("db"), clock);
        passwords =
                AppPasswords.open(
                        database,
                        new AppPasswords.Revoked(new FileDisk(), home.resolve("revoked")),
                        new SecureRandom(),
                        clock);
        login =
                new AppPasswordLogin(
                        passwords,
                        this::account,
                        (user, secret) -> {
                            asked.add(new String(secret));
                            boolean right = "ordinary".equals(new String(secret));
                            return right ? account(user) : Optional.empty();
                        });
    }

    @AfterEach
    void close() throws IOException {
        database.close();
    }

    private Optional<Account> account(String user) {
        return Address.parse(user)
                .filter(it -> staff.stream().anyMatch(who -> who.key().equals(it.key())))
                .map(it -> new Account(it, Set.of(Address.of("info@clinic.example"))));
    }

    private Made make(Address owner) throws IOException {
        return passwords.make(owner, "phone").orElseThrow();
    }

    private Optional<Account> in(Address user, String secret) throws IOException {
        return login.authenticate(user.toString(), secret.toCharArray());
    }

    @Test
    void oneOpensWhatTheOrdinaryOneOpens() throws IOException {
        Made made = make(ANNA);
        assertTrue(made.secret().matches("app(-[a-km-np-z2-9]{4}){6}"), "another form");
        Account account = in(ANNA, made.secret()).orElseThrow();
        assertTrue(account.maySendAs(Address.of("info@clinic.example")));
        assertTrue(account.isGood());
        assertTrue(in(ANNA, "ordinary").isPresent());
    }

    /// People type what they see: blanks, no hyphens, capitals. Or they paste it out of a page or a
    /// letter, where blanks and hyphens are such at which no line ends.
    @Test
    void howItIsWrittenDoesNotMatter() throws IOException {
        String secret = make(ANNA).secret();
        for (char blank : " \u00A0\u202F\u2007\u3000\u2010\u2011".toCharArray()) {
            assertTrue(in(ANNA, secret.replace('-', blank)).isPresent(), blank + " parts it");
            assertTrue(in(ANNA, blank + secret + blank).isPresent(), blank + " is around it");
            assertFalse(login.isGuess(secret.replace('-', blank).toCharArray()));
        }
        assertFalse(in(ANNA, secret.replace('-', '\u2014')).isPresent(), "a dash is none of these");
        assertFalse(in(ANNA, secret.replace('-', '\t')).isPresent());
        assertTrue(in(ANNA, secret.replace("-", "").toUpperCase(Locale.ROOT)).isPresent());
        assertFalse(in(ANNA, secret.substring(0, secret.length() - 1)).isPresent());
    }

    @Test
    void itOpensNothingOfOthers() throws IOException {
        String secret = make(ANNA).secret();
        assertFalse(in(SAM, secret).isPresent());
        assertFalse(in(Address.of("nobody@clinic.example"), secret).isPresent());
    }

    /// A lost telephone must not use up the patience of the clinic's own server.
    @Test
    void nobodyElseIsAskedAboutIt() throws IOException {
        Made made = make(ANNA);
        assertTrue(in(ANNA, made.secret()).isPresent());
        passwords.revoke(ANNA, Optional.of(made.password().id()));
        assertFalse(in(ANNA, made.secret()).isPresent());
        assertEquals(List.of(), asked);
    }

    @Test
    void onlyTheRevokedOneIsOver() throws IOException {
        Made phone = make(ANNA);
        Made desk = make(ANNA);
        Made sams = make(SAM);
        Account onPhone = in(ANNA, phone.secret()).orElseThrow();
        Account atDesk = in(ANNA, desk.secret()).orElseThrow();
        List<String> told = new ArrayList<>();
        passwords.whenRevoked(() -> told.add(onPhone.isGood() ? "too early" : "over"));
        // Not by another's name.
        assertEquals(List.of(), passwords.revoke(SAM, Optional.of(phone.password().id())));
        assertTrue(onPhone.isGood());
        assertEquals(1, passwords.revoke(ANNA, Optional.of(phone.password().id())).size());
        assertEquals(List.of("over"), told);
        assertFalse(in(ANNA, phone.secret()).isPresent());
        assertTrue(atDesk.isGood());
        assertTrue(in(ANNA, desk.secret()).isPresent());
        assertEquals(1, passwords.revoke(ANNA, Optional.empty()).size());
        assertFalse(atDesk.isGood());
        assertEquals(List.of(), passwords.of(ANNA));
        assertTrue(in(SAM, sams.secret()).isPresent());
    }

    /// A backup of the database that is put back, or a log of it that was cut.
    @Test
    void whatWasTakenBackStaysSoInAnOlderDatabase() throws IOException {
        Made lost = make(ANNA);
        Made kept = make(ANNA);
        database.close();
        Path backup = home.resolve("backup");
        copy(home.resolve("db"), backup);
        open();
        passwords.revoke(ANNA, Optional.of(lost.password().id()));
        database.close();
        delete(home.resolve("db"));
        copy(backup, home.resolve("db"));
        open();
        assertFalse(in(ANNA, lost.secret()).isPresent(), "a stolen telephone reads again");
        assertTrue(in(ANNA, kept.secret()).isPresent());
        assertEquals(List.of(kept.password().id()), ids());
        // What nobody can read says of no password that it is good.
        Files.writeString(home.resolve("revoked"), "?");
        database.close();
        assertThrows(IOException.class, this::open);
    }

    private List<String> ids() throws IOException {
        return passwords.of(ANNA).stream().map(AppPassword::id).toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path each : files.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Test
    void theRevokedAreBounded() throws IOException {
        Path file = home.resolve("many");
        RevokedIds all = RevokedIds.open(new FileDisk(), file);
        all.add(List.of("first"));
        List<String> many = new ArrayList<>();
        for (int i = 0; i < RevokedIds.ENTRIES_MAX; i++) {
            many.add("x" + Integer.toString(i, 8).replace('0', '9').replace('1', '8'));
        }
        all.add(many);
        RevokedIds again = RevokedIds.open(new FileDisk(), file);
        assertTrue(again.has(many.getLast()));
        assertEquals(RevokedIds.ENTRIES_MAX, Files.readAllLines(file).size());
        assertFalse(again.has("first"), "more than there may be");
    }

    @Test
    void whoIsNoUserAnyMoreIsOut() throws IOException {
        String secret = make(ANNA).secret();
        Account account = in(ANNA, secret).orElseThrow();
        staff = Set.of(SAM);
        assertFalse(account.isGood());
        assertFalse(in(ANNA, secret).isPresent());
    }

    @Test
    void theDaysAreKept() throws IOException {
        Made made = make(ANNA);
        LocalDate day = made.password().created();
        assertEquals(Optional.empty(), passwords.of(ANNA).getFirst().used());
        clock.advance(Duration.ofDays(3));
        in(ANNA, made.secret());
        AppPassword kept = passwords.of(ANNA).getFirst();
        assertEquals(day, kept.created());
        assertEquals(Optional.of(day.plusDays(3)), kept.used());
        assertEquals("phone", kept.label());
        clock.advance(Duration.ofDays(1));
        in(ANNA, made.secret());
        assertEquals(Optional.of(day.plusDays(4)), passwords.of(ANNA).getFirst().used());
    }

    @Test
    void thereIsALimitForEachPerson() throws IOException {
        for (int i = 0; i < AppPasswords.PERSON_MAX; i++) {
            make(ANNA);
        }
        assertEquals(Optional.empty(), passwords.make(ANNA, "one more"));
        make(SAM);
    }

    @Test
    void theSecretIsNowhereOnDisk() throws IOException {
        String secret = make(ANNA).secret();
        in(ANNA, secret);
        database.close();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String octets = Files.readString(file, ISO_8859_1);
                assertFalse(octets.contains(secret), file.toString());
                assertFalse(octets.contains(secret.replace("-", "")), file.toString());
            }
        }
        open();
        assertTrue(in(ANNA, secret).isPresent(), "it is good after a restart");
    }

    /// Guesses count at whatever door and of whatever form.
    @Test
    void thePatienceIsOne() throws IOException {
        String secret = make(ANNA).secret();
        Logins pages = new Logins((_, _) -> Optional.empty(), clock);
        Logins reading = pages.with(login);
        String wrong = "app-" + "2222-".repeat(5) + "2222";
        for (int i = 0; i < 10; i++) {
            attempt(reading, wrong);
            attempt(pages, "guess");
        }
        assertEquals(new Attempted.Locked(), attempt(reading, secret));
        assertEquals(new Attempted.Locked(), attempt(pages, secret));
    }

    /// What was stolen, or forgotten in a drawer, goes on asking.
    @Test
    void aRevokedDeviceDoesNotLockItsOwnerOut() throws IOException {
        Made phone = make(ANNA);
        Logins reading = new Logins(login, clock);
        attempt(reading, "ordinary");
        passwords.revoke(ANNA, Optional.empty());
        int last = 0;
        for (int i = 0; i < 100; i++) {
            last = failures(attempt(reading, phone.secret()));
            reading.attempt("c6336401", ANNA.toString(), phone.secret().toCharArray());
        }
        assertEquals(100, last, "the pause is that of a guess");
        assertInstanceOf(Attempted.LoggedIn.class, attempt(reading, "ordinary"));
        assertInstanceOf(
                Attempted.LoggedIn.class,
                reading.attempt("c0000202", ANNA.toString(), "ordinary".toCharArray()));
        assertEquals(
                new Attempted.Locked(),
                reading.attempt("c6336401", SAM.toString(), "ordinary".toCharArray()));
    }

    private static int failures(Attempted attempted) {
        return assertInstanceOf(Attempted.Denied.class, attempted).failures();
    }

    private static Attempted attempt(Logins logins, String secret) {
        return logins.attempt("c0000201", ANNA.toString(), secret.toCharArray());
    }
}
