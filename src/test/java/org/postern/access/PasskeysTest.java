package org.postern.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.access.Passkeys.Response;
import org.postern.mail.Address;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SoftKey;
import org.postern.testkit.SoftKey.Saying;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestVault;

/// What a passkey has to prove to the server (T10), by an authenticator that says whatever it is
/// told.
class PasskeysTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final Address MARIA = Address.of("maria@patients.example");
    private static final Address PABLO = Address.of("pablo@patients.example");
    private static final String ORIGIN = "https://mail.clinic.example";

    private final SoftKey key = new SoftKey("maria's new key1");

    @TempDir Path data;
    private Database database;
    private Passkeys passkeys;

    @BeforeEach
    void start() throws IOException {
        database = TestDatabase.open(new FileDisk(), data.resolve("db"), new ManualClock(NOON));
        passkeys =
                new Passkeys(
                        database,
                        TestVault.one(),
                        new Challenges(TestVault.one(), new SecureRandom()));
    }

    @AfterEach
    void stop() throws IOException {
        database.close();
    }

    private Saying saying(long uses) {
        return new Saying(
                passkeys.challenge(MARIA, NOON), ORIGIN, "mail.clinic.example", uses, true);
    }

    private boolean adds(Saying saying) throws IOException {
        return passkeys.add(
                MARIA,
                "iPhone, Safari",
                new Response(
                        key.id(),
                        SoftKey.client("webauthn.create", saying),
                        key.attestation(saying),
                        "",
                        ORIGIN),
                NOON);
    }

    private Response shown(Saying saying) {
        return new Response(
                key.id(),
                SoftKey.client("webauthn.get", saying),
                SoftKey.data(saying),
                key.signature(saying),
                ORIGIN);
    }

    private boolean shows(Response response) throws IOException {
        return passkeys.shows(MARIA, response, NOON);
    }

    @Test
    void aKeyIsAddedAndOpensByItsSignature() throws IOException {
        assertTrue(adds(saying(1)));
        assertEquals(List.of(key.id()), passkeys.credentials(MARIA));
        assertTrue(shows(shown(saying(2))));
        assertTrue(shows(shown(saying(3))));
    }

    @Test
    void aForgedSignatureOpensNothing() throws IOException {
        assertTrue(adds(saying(1)));
        Response right = shown(saying(2));
        SoftKey other = new SoftKey("maria's new key1");
        Saying saying = saying(2);
        Response foreign =
                new Response(
                        key.id(),
                        SoftKey.client("webauthn.get", saying),
                        SoftKey.data(saying),
                        other.signature(saying),
                        ORIGIN);
        assertFalse(shows(foreign), "signed by another key of that name");
        // Right for what was signed, and then one octet of that is another.
        Saying signed = saying(2);
        Response changed =
                new Response(
                        key.id(),
                        SoftKey.client("webauthn.get", signed),
                        SoftKey.data(signed.used(9)),
                        key.signature(signed),
                        ORIGIN);
        assertFalse(shows(changed));
        for (String signature : List.of("", "AAAA", "!!", "x".repeat(30_000))) {
            Saying fresh = saying(2);
            assertFalse(
                    shows(
                            new Response(
                                    key.id(),
                                    SoftKey.client("webauthn.get", fresh),
                                    SoftKey.data(fresh),
                                    signature,
                                    ORIGIN)));
        }
        assertTrue(shows(right), "none of this used up the right one");
    }

    @Test
    void aChallengeIsGoodOnceForHerAndForHalfAnHour() throws IOException {
        assertTrue(adds(saying(1)));
        Response once = shown(saying(2));
        assertTrue(shows(once));
        assertFalse(shows(once), "replayed");
        Saying replayed = saying(3);
        assertTrue(shows(shown(replayed)));
        assertFalse(shows(shown(replayed.used(4))), "the same challenge, signed anew");
        String pablos = passkeys.challenge(PABLO, NOON);
        assertFalse(shows(shown(saying(5).asked(pablos))), "somebody else's");
        assertFalse(shows(shown(saying(6).asked("A".repeat(75)))), "made up");
        Response late = shown(saying(7));
        assertFalse(passkeys.shows(MARIA, late, NOON.plus(Duration.ofMinutes(31))));
    }

    /// Two of one key are about: one of them is a copy.
    @Test
    void aCounterThatStandsOrGoesBackOpensNothing() throws IOException {
        assertTrue(adds(saying(1)));
        assertTrue(shows(shown(saying(5))));
        assertFalse(shows(shown(saying(5))), "it stands");
        assertFalse(shows(shown(saying(4))), "it goes back");
        assertTrue(shows(shown(saying(6))));
    }

    /// Keys that are kept in step over several telephones do not count.
    @Test
    void aKeyThatNeverCountsIsTaken() throws IOException {
        assertTrue(adds(saying(0)));
        assertTrue(shows(shown(saying(0))));
        assertTrue(shows(shown(saying(0))));
    }

    /// What a copy of our pages can get out of a key.
    @Test
    void aKeyShownElsewhereOpensNothingHere() throws IOException {
        assertTrue(adds(saying(1)));
        for (String origin :
                List.of(
                        "https://mail.clinic.example.evil.example",
                        "http://mail.clinic.example",
                        "https://mail.clinic.example:8443",
                        "https://evil.example",
                        "null")) {
            assertFalse(shows(shown(saying(2).from(origin))), origin);
        }
        for (String rpId : List.of("evil.example", "clinic.example", "")) {
            assertFalse(shows(shown(saying(2).to(rpId))), rpId);
        }
    }

    @Test
    void aKeyThatDidNotSeeItsUserOpensNothing() throws IOException {
        assertTrue(adds(saying(1)));
        assertFalse(shows(shown(saying(2).unverified())));
    }

    @Test
    void aKeyOfOnePatientOpensNothingOfAnother() throws IOException {
        assertTrue(adds(saying(1)));
        Saying hers =
                new Saying(passkeys.challenge(PABLO, NOON), ORIGIN, "mail.clinic.example", 2, true);
        assertFalse(passkeys.shows(PABLO, shown(hers), NOON));
    }

    @Test
    void whatIsNotRightIsNotAdded() throws IOException {
        assertFalse(adds(saying(1).from("https://evil.example")));
        assertFalse(adds(saying(1).to("evil.example")));
        assertFalse(adds(saying(1).unverified()));
        assertFalse(adds(saying(1).asked("A".repeat(75))));
        Saying shownInstead = saying(1);
        assertFalse(passkeys.add(MARIA, "x", shown(shownInstead), NOON), "a key that is shown");
        Saying wrongType = saying(1);
        assertFalse(
                passkeys.add(
                        MARIA,
                        "x",
                        new Response(
                                key.id(),
                                SoftKey.client("webauthn.get", wrongType),
                                key.attestation(wrongType),
                                "",
                                ORIGIN),
                        NOON));
        assertEquals(List.of(), passkeys.credentials(MARIA));
    }

    /// Octets of anybody are refused, and are no fault of ours.
    @Test
    void octetsThatAreNoResponseAreRefused() throws IOException {
        assertTrue(adds(saying(1)));
        SplittableRandom random = new SplittableRandom(20261126);
        Saying sample = saying(2);
        byte[] made = Base64.getUrlDecoder().decode(key.attestation(sample));
        byte[] shown = Base64.getUrlDecoder().decode(SoftKey.data(sample));
        for (int i = 0; i < 1_500; i++) {
            Saying saying = saying(2);
            String object = base64(changed(made, random));
            String create = SoftKey.client("webauthn.create", saying);
            // A changed octet in the name or the key may still be a key: then it is of no use.
            passkeys.add(PABLO, "x", new Response(key.id(), create, object, "", ORIGIN), NOON);
            byte[] other = changed(shown, random);
            if (!Arrays.equals(other, shown)) {
                String get = SoftKey.client("webauthn.get", saying);
                String signature = key.signature(saying);
                assertFalse(shows(new Response(key.id(), get, base64(other), signature, ORIGIN)));
            }
        }
    }

    private static byte[] changed(byte[] octets, SplittableRandom random) {
        byte[] changed = Arrays.copyOf(octets, random.nextInt(octets.length + 1));
        for (int i = random.nextInt(4); i > 0 && changed.length > 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }

    private static String base64(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }
}
