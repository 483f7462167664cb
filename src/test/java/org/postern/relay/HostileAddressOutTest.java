package org.postern.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.relay.TestRelay.FROM;
import static org.postern.relay.TestRelay.content;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.command.PathArguments;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome.Relayed;
import org.postern.mail.Domain;
import org.postern.testkit.FakeNextHop;
import org.postern.testkit.HostileTable;

/// A01 to A10 on their way out: an address that was taken is written so that the next hop reads the
/// same one, in one command, whatever its characters become where they are cut to octets.
class HostileAddressOutTest {
    @Test
    void whatWasTakenIsWhatIsSaid() throws IOException {
        int count = 0;
        try (FakeNextHop hop = FakeNextHop.plain();
                Relay relay = TestRelay.create()) {
            hop.offers("SMTPUTF8", "8BITMIME");
            NextHop next = NextHop.clear("mail.partner.example", hop.port());
            for (HostileTable.Row row : HostileTable.rows("address", 3)) {
                if (row.cells().get(2).equals("reject")) {
                    continue;
                }
                Address address = address(utf8(row.octets(2)));
                send(relay, next, FROM, address);
                send(relay, next, address, FROM);
                send(relay, next, null, address);
                count += 3;
                assertEquals(count, hop.messages().size(), row.toString());
                List<FakeNextHop.Message> last =
                        hop.messages().subList(count - 3, hop.messages().size());
                assertEquals(address, read(last.get(0).recipients().getFirst()), row.toString());
                assertEquals(address, read(last.get(1).reversePath()), row.toString());
                for (FakeNextHop.Message message : last) {
                    assertEquals(!address.isAscii(), message.parameters().contains("SMTPUTF8"));
                }
            }
            for (String verb : List.of("MAIL", "RCPT", "DATA")) {
                assertEquals(
                        count,
                        hop.commands().stream().filter(said -> said.startsWith(verb)).count(),
                        verb);
            }
        }
        assertTrue(count > 0);
    }

    private static Address address(String cell) {
        int blank = cell.lastIndexOf(' ');
        return new Address(cell.substring(0, blank), new Domain(cell.substring(blank + 1)));
    }

    private static void send(
            Relay relay, NextHop next, @Nullable Address reversePath, Address recipient) {
        Relay.Mail mail =
                TestRelay.mail(reversePath, List.of(recipient), content("Subject: x\r\n"));
        Map<Address, ?> outcomes =
                assertInstanceOf(RelayResult.Sent.class, relay.send(next, mail)).outcomes();
        assertInstanceOf(Relayed.class, Objects.requireNonNull(outcomes.get(recipient)));
    }

    /// As an SMTP server reads it.
    private static Address read(String path) {
        return PathArguments.parse("TO:", "TO:<" + utf8(path) + ">")
                .flatMap(PathArguments::mailbox)
                .orElseThrow();
    }

    private static String utf8(String octets) {
        return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
