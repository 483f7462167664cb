package org.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.sasl.Authenticator;
import org.postern.sasl.Logins;
import org.postern.testkit.ManualClock;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.SmtpPeer;

/// S20: mail for nobody is refused in the session.
class RecipientListTest {
    @TempDir Path folder;

    private Path write(String text, long time) throws IOException {
        Path file = folder.resolve("recipients");
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.fromMillis(time));
        return file;
    }

    @Test
    void linesAreAddressesAndDomains() throws IOException {
        RecipientList list =
                RecipientList.of(
                        write(
                                """
                                # staff

                                Alice@Clinic.example # ward
                                @old.example
                                j\u00F6rg@clinic.example
                                ann@b\u00FCcher.example
                                @xn--strae-oqa.example
                                """,
                                1));
        for (String known :
                List.of(
                        "alice@clinic.example",
                        "\"alice\"@clinic.example",
                        "alice+news@clinic.example",
                        "J\u00D6RG@clinic.example",
                        "ann@xn--bcher-kva.example",
                        "ann@B\u00DCCHER.example",
                        "x@stra\u00DFe.example",
                        "whoever@old.example",
                        "postmaster@clinic.example")) {
            assertTrue(list.contains(Address.of(known)), known);
        }
        for (String unknown :
                List.of(
                        "bob@clinic.example",
                        "ann@bucher.example",
                        "x@strasse.example",
                        "+alice@clinic.example",
                        "alicex@clinic.example",
                        "alice@old.example.example")) {
            assertFalse(list.contains(Address.of(unknown)), unknown);
        }
        assertTrue(RecipientList.everybody().contains(Address.of("bob@clinic.example")));
    }

    @Test
    void aChangeCountsWholeOrNotAtAll() throws IOException {
        RecipientList list = RecipientList.of(write("alice@clinic.example\n", 1));
        write("bob@clinic.example\n", 2);
        assertTrue(list.contains(Address.of("bob@clinic.example")));
        assertFalse(list.contains(Address.of("alice@clinic.example")));
        write("carol@clinic.example\nnobody\n", 3);
        assertTrue(list.contains(Address.of("bob@clinic.example")));
        assertFalse(list.contains(Address.of("carol@clinic.example")));
        Files.delete(folder.resolve("recipients"));
        assertTrue(list.contains(Address.of("bob@clinic.example")));
    }

    @Test
    void aBadLineIsNamed() throws IOException {
        Path file = write("alice@clinic.example\nalice\n", 1);
        IOException bad = assertThrows(IOException.class, () -> RecipientList.of(file));
        assertTrue(String.valueOf(bad.getMessage()).contains("recipients:2: "));
    }

    @Test
    void mailForNobodyIsRefusedInTheSession() throws IOException {
        MemoryReception reception = MemoryReception.accepting();
        try (SmtpServer server =
                new SmtpServer(
                        World.listener(SmtpListener.Kind.INBOUND, limits -> limits),
                        reception,
                        reception,
                        new Receiving(1),
                        new Logins(Authenticator.nobody(), ManualClock.atNoon()),
                        RecipientList.of(write("alice@clinic.example\n", 1)),
                        RefusalJournal.none(),
                        ManualClock.atNoon())) {
            server.start();
            try (SmtpPeer peer = SmtpPeer.connect(server.port())) {
                peer.expect("220 *");
                peer.ask("EHLO far.example", "250 *");
                for (String sender : List.of("", "forged@far.example")) {
                    peer.ask("MAIL FROM:<" + sender + ">", "250 *");
                    peer.ask("RCPT TO:<bob@clinic.example>", "550 5.1.1 *");
                    peer.ask("RCPT TO:<bob@far.example>", "550 5.7.1 *");
                    peer.ask("RCPT TO:<Alice+x@clinic.example>", "250 *");
                    peer.ask("RSET", "250 *");
                }
            }
            assertEquals(0, reception.received().size());
        }
    }
}
