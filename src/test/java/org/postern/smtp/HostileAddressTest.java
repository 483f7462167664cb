package org.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.Envelope;
import org.postern.testkit.HostileTable;
import org.postern.testkit.SmtpPeer;

/// A01 to A10 against a real server on a loopback port: what MAIL and RCPT take, that the envelope
/// holds it, and that what is beyond ASCII is judged for itself where the client says SMTPUTF8, and
/// refused for want of it where it does not.
class HostileAddressTest {
    private static final String REJECT = "reject";
    private static final String UTF8 = " SMTPUTF8";
    private static final String NEEDS_UTF8 = "553 5.6.7 ";
    private static final char REPLACEMENT = '\uFFFD';
    private static final String USUAL = "a@far.example";

    @Test
    void aRecipientIsReadAsTheTableSays() throws IOException {
        everyRow(this::recipient);
    }

    @Test
    void aReturnHandlerIsReadAsTheTableSays() throws IOException {
        everyRow(this::reversePath);
    }

    /// Says the address in its place, and what else there is before the content.
    @FunctionalInterface
    private interface Place {
        /// @return the reply to the address
        String said(SmtpPeer peer, String octets, String parameter) throws IOException;
    }

    private String recipient(SmtpPeer peer, String octets, String parameter) throws IOException {
        peer.ask("MAIL FROM:<" + USUAL + ">" + parameter, "250 *");
        peer.send("RCPT TO:<" + octets + ">\r\n");
        return peer.line();
    }

    private String reversePath(SmtpPeer peer, String octets, String parameter) throws IOException {
        peer.send("MAIL FROM:<" + octets + ">" + parameter + "\r\n");
        String reply = peer.line();
        if (reply.startsWith("250 ")) {
            peer.ask("RCPT TO:<" + USUAL + ">", "250 *");
        }
        return reply;
    }

    private static void everyRow(Place place) throws IOException {
        try (World world = new World(SmtpListener.Kind.RELAY)) {
            for (HostileTable.Row row : HostileTable.rows("address", 3)) {
                for (String parameter : new String[] {"", UTF8}) {
                    int before = world.reception.received().size();
                    try (SmtpPeer peer = world.connect()) {
                        peer.expect("220 *");
                        peer.ask("EHLO far.example", "250 *");
                        String reply = place.said(peer, row.octets(1), parameter);
                        before += taken(row, parameter, reply, peer) ? 1 : 0;
                        if (reply.startsWith("250 ")) {
                            is(row, world.reception.received().getLast().envelope());
                        }
                    } catch (AssertionError | IOException e) {
                        throw new AssertionError(row + parameter + ": " + e.getMessage(), e);
                    }
                    assertEquals(before, world.reception.received().size(), row + parameter);
                }
            }
            assertEquals(0, world.reception.openDrafts());
        }
    }

    private static boolean taken(
            HostileTable.Row row, String parameter, String reply, SmtpPeer peer)
            throws IOException {
        boolean international = row.octets(1).chars().anyMatch(c -> c > 0x7E);
        boolean withoutWord = international && parameter.isEmpty();
        if (!withoutWord && !row.cells().get(2).equals(REJECT)) {
            assertTrue(reply.startsWith("250 2.1."), reply);
            peer.ask("DATA", "354 *");
            peer.send("x\r\n.\r\n");
            peer.expect("250 *");
            return true;
        }
        assertTrue(reply.startsWith("5"), reply);
        // With the word it is refused for what it is. Some rows are no line of a command at all.
        assertEquals(withoutWord && isLine(row), reply.startsWith(NEEDS_UTF8), reply);
        peer.send("DATA\r\n");
        // Perhaps the server has hung up.
        assertFalse(peer.line().startsWith("3"), "a message was begun");
        return false;
    }

    private static boolean isLine(HostileTable.Row row) {
        String octets = row.octets(1);
        return octets.chars().noneMatch(c -> c < ' ' || c == 0x7F)
                && text(octets).indexOf(REPLACEMENT) < 0;
    }

    private static String text(String octets) {
        return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static void is(HostileTable.Row row, Envelope envelope) {
        Address to = envelope.recipients().getFirst();
        Address other = to.equals(Address.of(USUAL)) ? envelope.reversePath() : to;
        assertEquals(
                text(row.octets(2)), other == null ? "" : other.localPart() + " " + other.domain());
    }
}
