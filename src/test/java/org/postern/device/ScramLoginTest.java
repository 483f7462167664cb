package org.postern.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.sasl.Authenticator;
import org.postern.sasl.Authenticator.Account;
import org.postern.sasl.Logins;
import org.postern.sasl.Logins.Attempted;
import org.postern.sasl.ScramDialogue;
import org.postern.sasl.ScramDialogue.Step;
import org.postern.sasl.ScramLogin;
import org.postern.sasl.SlowLogins;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.ScramClient;
import org.postern.testkit.TestDatabase;

/// App passwords that are proved and not sent; nobody waits for a pause.
class ScramLoginTest {
    private static final Address ANNA = Address.of("anna@clinic.example");
    private static final Address SAM = Address.of("sam@clinic.example");
    private static final Address JOERG = Address.of("j\u00f6rg@clinic.example");
    private static final String SOURCE = "192.0.2.1";

    @TempDir Path home;
    private final ManualClock clock = ManualClock.atNoon();
    private final Set<Address> staff = new HashSet<>(Set.of(ANNA, SAM, JOERG));
    private Database database;
    private AppPasswords passwords;
    private SlowLogins logins;

    @BeforeEach
    void open() throws IOException {
        database = TestDatabase.open(new FileDisk(), home.resolve("db"), clock);
        passwords =
                AppPasswords.open(
                        database,
                        new AppPasswords.Revoked(new FileDisk(), home.resolve("revoked")),
                        new SecureRandom(),
                        clock);
        AppPasswordLogin login =
                new AppPasswordLogin(passwords, this::account, Authenticator.nobody());
        Logins patience = new Logins(login, clock).with(new ScramLogin(login, new SecureRandom()));
        logins = new SlowLogins(patience, Duration.ofHours(1), new CountDownLatch(0));
    }

    @AfterEach
    void close() throws IOException {
        database.close();
    }

    private Optional<Account> account(String user) {
        return Address.parse(user)
                .filter(it -> staff.stream().anyMatch(who -> who.key().equals(it.key())))
                .map(it -> new Account(it, Set.of()));
    }

    private String make(Address owner) throws IOException {
        return passwords.make(owner, "phone").orElseThrow().secret();
    }

    private ScramDialogue dialogue() {
        return logins.scram(SOURCE).orElseThrow();
    }

    private static Step said(ScramDialogue dialogue, String base64) {
        return dialogue.next(Base64.getDecoder().decode(base64));
    }

    private static String asked(Step step) {
        return assertInstanceOf(Step.Ask.class, step).challenge();
    }

    private static Attempted done(Step step) {
        return assertInstanceOf(Step.Done.class, step).attempted();
    }

    private Attempted in(String name, String secret) throws GeneralSecurityException {
        ScramClient client = new ScramClient(name, secret);
        ScramDialogue dialogue = dialogue();
        Step step = said(dialogue, client.last(asked(said(dialogue, client.first()))));
        if (!(step instanceof Step.Ask(String signature))) {
            return done(step);
        }
        assertTrue(client.isAnsweredBy(signature));
        return done(said(dialogue, ""));
    }

    private void opens(String name, String secret) throws GeneralSecurityException {
        assertInstanceOf(Attempted.LoggedIn.class, in(name, secret));
    }

    private void opensNothing(String name, String secret) throws GeneralSecurityException {
        assertInstanceOf(Attempted.Denied.class, in(name, secret));
    }

    private static String salt(String challenge) {
        return ScramClient.text(challenge).replaceFirst("^r=[^,]*,", "");
    }

    private String saltOf(String name) {
        return salt(asked(said(dialogue(), new ScramClient(name, "x").first())));
    }

    @Test
    void eachOneOfAPersonOpensWhatADeviceMay() throws Exception {
        String phone = make(ANNA);
        String tablet = make(ANNA);
        opens(ANNA.toString(), phone);
        opens(ANNA.toString(), tablet);
        opens("j\u00f6rg@clinic.example", make(JOERG));
        opens("jo\u0308rg@clinic.example", make(JOERG));
        Account account =
                assertInstanceOf(Attempted.LoggedIn.class, in(ANNA.toString(), phone)).account();
        assertEquals(Authenticator.Means.DEVICE, account.means());
        assertTrue(account.isGood());
        assertTrue(passwords.of(ANNA).getFirst().used().isPresent());
        staff.remove(ANNA);
        assertFalse(account.isGood());
        opensNothing(ANNA.toString(), phone);
    }

    @Test
    void whatIsTakenBackOpensNothingAndEndsWhatItOpened() throws Exception {
        String phone = make(ANNA);
        String tablet = make(ANNA);
        String id = passwords.of(ANNA).getFirst().id();
        Account one =
                assertInstanceOf(Attempted.LoggedIn.class, in(ANNA.toString(), phone)).account();
        Account two =
                assertInstanceOf(Attempted.LoggedIn.class, in(ANNA.toString(), tablet)).account();
        passwords.revoke(ANNA, Optional.of(id));
        assertNotEquals(one.isGood(), two.isGood());
        passwords.revoke(ANNA, Optional.empty());
        assertFalse(one.isGood() || two.isGood());
        opensNothing(ANNA.toString(), phone);
    }

    /// Where the database went back, and its row is there again.
    @Test
    void whatWasTakenBackStaysSoBesideAnOlderDatabase() throws Exception {
        String phone = make(ANNA);
        String id = passwords.of(ANNA).getFirst().id();
        List<ScramRows.Kept> kept = passwords.verifiers(ANNA.key());
        passwords.revoke(ANNA, Optional.of(id));
        database.write(handle ->
                handle.execute(
                        """
                        INSERT INTO app_password (app_password_id, owner, owner_key, label,
                            secret_hash, created, stored_key, server_key)
                        VALUES (?, ?, ?, 'phone', 'x', 0, ?, ?)
                        """,
                        id,
                        ANNA.toString(),
                        ANNA.key(),
                        kept.getFirst().verifier().storedKey(),
                        kept.getFirst().verifier().serverKey()));
        opensNothing(ANNA.toString(), phone);
    }

    @Test
    void olderOnesGoOnByPlain() throws Exception {
        String phone = make(ANNA);
        database.write(handle ->
                handle.execute("UPDATE app_password SET stored_key = NULL, server_key = NULL"));
        assertFalse(passwords.of(ANNA).getFirst().scram());
        opensNothing(ANNA.toString(), phone);
        byte[] plain = ("\0" + ANNA + "\0" + phone).getBytes(UTF_8);
        assertInstanceOf(Attempted.LoggedIn.class, logins.plain(SOURCE, plain));
        opens(ANNA.toString(), make(ANNA));
        assertTrue(passwords.of(ANNA).stream().anyMatch(AppPassword::scram));
    }

    @Test
    void itIsTheSameAfterARestart() throws Exception {
        String phone = make(ANNA);
        String before = saltOf(ANNA.toString());
        close();
        open();
        assertEquals(before, saltOf(ANNA.toString()));
        opens(ANNA.toString(), phone);
    }

    @Test
    void nobodyLearnsWhoThereIs() throws Exception {
        String phone = make(ANNA);
        for (String name : List.of(ANNA.toString(), SAM.toString(), "nobody@clinic.example")) {
            assertEquals(saltOf(name), saltOf(name));
            assertEquals(saltOf(name), saltOf(name.toUpperCase(Locale.ROOT)));
        }
        Set<String> salts = new HashSet<>();
        for (String name : List.of(ANNA.toString(), SAM.toString(), "nobody@clinic.example", "x")) {
            assertTrue(salts.add(saltOf(name)), name);
            assertEquals(saltOf(ANNA.toString()).length(), saltOf(name).length());
        }
        opensNothing(ANNA.toString(), make(SAM));
        opensNothing(SAM.toString(), phone);
        opensNothing("nobody@clinic.example", phone);
        opensNothing("no=2Caddress=3D", phone);
    }

    @Test
    void whatWasHeardIsWorthNothing() throws Exception {
        ScramClient client = new ScramClient(ANNA.toString(), make(ANNA));
        ScramDialogue dialogue = dialogue();
        String heard = client.last(asked(said(dialogue, client.first())));
        assertTrue(client.isAnsweredBy(asked(said(dialogue, heard))));
        // It has nothing more to say.
        assertInstanceOf(Attempted.Denied.class, done(said(dialogue, "AQ==")));
        ScramDialogue next = dialogue();
        asked(said(next, client.first()));
        assertInstanceOf(Attempted.Denied.class, done(said(next, heard)));
        assertInstanceOf(Attempted.Denied.class, done(said(dialogue(), heard)));
        assertInstanceOf(Attempted.Denied.class, done(said(dialogue(), "")));
    }

    /// Somebody's program proves the wrong password all the time: that locks her network out, and
    /// nobody who logs in from elsewhere.
    @Test
    void failuresCountForTheNetworkAlone() throws Exception {
        String phone = make(ANNA);
        for (int i = 0; i < 20; i++) {
            opensNothing(ANNA.toString(), "an ordinary password");
        }
        assertInstanceOf(Attempted.Locked.class, in(ANNA.toString(), phone));
        byte[] plain = ("\0" + ANNA + "\0" + phone).getBytes(UTF_8);
        assertInstanceOf(Attempted.LoggedIn.class, logins.plain("198.51.100.7", plain));
        clock.advance(Duration.ofHours(2));
        opens(ANNA.toString(), phone);
    }
}
