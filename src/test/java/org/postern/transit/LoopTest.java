package org.postern.transit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.testkit.SampleFacts;

/// S21: a message that runs in circles is refused, by all its hops or by our own among them.
class LoopTest {
    private static final Domain CLINIC = new Domain("clinic.example");
    private static final Inspection INSPECTION =
            SampleFacts.inspection(Set.of(CLINIC), new Domain("gw.clinic.example"));

    private static final String OURS = "gw.clinic.example (Postern)";

    @Test
    void hopsAreCounted() throws IOException {
        accepted("other.example (Postfix)", 50);
        refused("other.example (Postfix)", 51);
    }

    @Test
    void ourOwnHopsAreCountedApart() throws IOException {
        accepted(OURS, 5);
        refused(OURS, 6);
        // Another gateway of the same make, and a name that ours is the end of.
        accepted("gw.partner.example (Postern)", 6);
        accepted("notgw.clinic.example (Postern)", 6);
    }

    /// Whoever sends an old letter to its recipient once more has a right to.
    @Test
    void whatWasDeliveredToTheSamePersonIsNoLoop() throws IOException {
        Inspection.Inspected inspected = inspect("Delivered-To: anna@clinic.example\r\n".repeat(3));
        assertInstanceOf(Inspection.Acceptable.class, inspected);
    }

    private static void accepted(String by, int times) throws IOException {
        assertInstanceOf(Inspection.Acceptable.class, inspect(by, times), by + " " + times);
    }

    private static void refused(String by, int times) throws IOException {
        Inspection.Unacceptable no =
                assertInstanceOf(
                        Inspection.Unacceptable.class, inspect(by, times), by + " " + times);
        assertEquals("5.4.6", no.reply().enhanced());
        assertEquals(554, no.reply().code());
    }

    private static Inspection.Inspected inspect(String by, int times) throws IOException {
        String hop =
                "Received: from a.example ([192.0.2.1])\r\n\tby "
                        + by
                        + " with ESMTP id 1M8BAF92T09HTMPN;\r\n"
                        + "\tMon, 2 Mar 2026 12:00:00 +0000\r\n";
        return inspect(hop.repeat(times));
    }

    private static Inspection.Inspected inspect(String trace) throws IOException {
        String message = trace + "From: a@far.example\r\n\r\nx\r\n";
        Envelope envelope =
                new Envelope(
                        new Arrival(Listener.INBOUND, "192.0.2.1", null, null),
                        Address.of("a@far.example"),
                        List.of(Address.of("anna@clinic.example")));
        return INSPECTION.inspect(
                envelope, Content.of(message.getBytes(StandardCharsets.US_ASCII)));
    }
}
