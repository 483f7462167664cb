package org.postern.handout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.control.ControlServer.Request;
import org.postern.control.RequestException;
import org.postern.language.Language;
import org.postern.language.Languages;
import org.postern.mail.Address;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestDatabase;

/// Whoever waits for a key can be told that she gets none, whatever her address is like.
class DeclineTest {
    @TempDir Path home;

    @Test
    void whoseAddressNoCertificateCanNameIsAnswered() throws Exception {
        Address ines = Address.of("in\u00E9s@homemail.example");
        ManualClock clock = new ManualClock(TestAuthority.NOW);
        List<Address> told = new ArrayList<>();
        List<String> audit = new ArrayList<>();
        try (Database database = TestDatabase.open(new FileDisk(), home.resolve("db"), clock)) {
            KeysOutside keys =
                    new KeysOutside(
                            ClinicBooks.in(home, clock).books(),
                            new Handout.Clinic(
                                    "Maple Clinic",
                                    Address.of("it@clinic.example"),
                                    ZoneOffset.UTC,
                                    new Handout.Voice(
                                            _ -> Languages.shipped().in(Language.ENGLISH),
                                            _ -> true)),
                            new Handout.Outlets(
                                    (message, _) -> told.add(message.patient()),
                                    (act, detail) -> audit.add(act + ": " + detail),
                                    () -> {}),
                            new KeysOutside.Wishes(database, _ -> {}),
                            new KeysOutside.World(home, clock, new SecureRandom()));
            assertEquals(Asking.Answer.TAKEN, keys.asking().ask(ines));
            Request decline = new Request(HandoutRequests.decline(ines), "root");
            keys.requests().answer(decline, _ -> {});
            assertEquals(List.of(ines), told);
            assertEquals(List.of("key declined: in\u00E9s@homemail.example, by root"), audit);
            assertEquals(Optional.empty(), keys.asking().since(ines));
            assertThrows(
                    RequestException.class, () -> keys.requests().answer(decline, _ -> {}), "once");
        }
    }
}
