package org.postern.transit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.testkit.SampleFacts;

/// Mail from outside whose From names no author.
class NamelessMailTest {
    private static final Domain CLINIC = new Domain("clinic.example");
    private static final Inspection INSPECTION = SampleFacts.inspection(Set.of(CLINIC), CLINIC);
    private static final Address SENDER = Address.of("a@far.example");

    /// Whoever wrote it would not hear of its refusal, and it forges no domain.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "From: MAILER-DAEMON\r\n",
                "From: Mail Delivery System <MAILER-DAEMON>\r\n",
                "From: <>\r\n",
                "From:\r\n",
            })
    void reportsWithoutAnAddressAreTaken(String from) throws IOException {
        assertInstanceOf(Inspection.Acceptable.class, inspect(null, from));
        refused(SENDER, from);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: MAILER-DAEMON\r\nFrom: MAILER-DAEMON\r\n",
                "From: <>\r\nFrom: anna@clinic.example\r\n",
                "From: anna@clinic.example <MAILER-DAEMON>\r\n",
                "From: anna @ clinic . example\r\n",
                "From: =?utf-8?q?anna=40clinic=2Eexample?=\r\n",
                "From: Ward:\r\n anna@clinic.example;\r\n",
            })
    void whatMayBeReadAsAnAddressIsRefusedInReportsToo(String from) throws IOException {
        refused(null, from);
        refused(SENDER, from);
    }

    private static void refused(@Nullable Address reversePath, String from) throws IOException {
        Inspection.Unacceptable refused =
                assertInstanceOf(Inspection.Unacceptable.class, inspect(reversePath, from), from);
        assertEquals(550, refused.reply().code(), from);
        assertEquals("5.6.0", refused.reply().enhanced(), from);
    }

    private static Inspection.Inspected inspect(@Nullable Address reversePath, String from)
            throws IOException {
        Envelope envelope =
                new Envelope(
                        new Arrival(Listener.INBOUND, "192.0.2.1", null, null),
                        reversePath,
                        List.of(Address.of("anna@clinic.example")));
        String message = from + "Subject: x\r\n\r\nx\r\n";
        return INSPECTION.inspect(
                envelope, Content.of(message.getBytes(StandardCharsets.US_ASCII)));
    }
}
