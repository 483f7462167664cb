package org.postern.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.frame.DamagedException;
import org.postern.mail.Arrival;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.testkit.SampleMail;

/// How a message came in, as it is kept now and as it was before cipher suites were.
class MessageCodecTest {
    private static final QueueId ID = new QueueId("0000000000000001");

    @Test
    void theTlsOfAnArrivalIsKept() throws DamagedException {
        Arrival.Tls tls = new Arrival.Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384");
        assertEquals(arrival(tls), decoded(written(tls)));
        assertEquals(arrival(null), decoded(written(null)));
    }

    @Test
    void whatWasQueuedBeforeHasNoSuite() throws DamagedException {
        String now = written(new Arrival.Tls("TLSv1.2", "TLS_X"));
        String before = now.replace(",\"tlsSuite\":\"TLS_X\"", "");
        assertTrue(before.length() < now.length(), now);
        assertEquals(arrival(new Arrival.Tls("TLSv1.2", null)), decoded(before));
        assertEquals("TLSv1.2", String.valueOf(decoded(before).tls()));
    }

    private static Arrival arrival(Arrival.@Nullable Tls tls) {
        return new Arrival(Listener.INBOUND, "192.0.2.7", "mail.far.example", null, tls);
    }

    private static String written(Arrival.@Nullable Tls tls) {
        Envelope envelope =
                new Envelope(arrival(tls), SampleMail.PARTNER, List.of(SampleMail.DOCTOR));
        QueuedMessage message =
                new QueuedMessage(
                        ID,
                        Instant.parse("2026-03-02T12:00:00Z"),
                        envelope,
                        SampleMail.ruling(envelope),
                        1,
                        Map.of());
        return new String(MessageCodec.encode(message), StandardCharsets.UTF_8);
    }

    private static Arrival decoded(String text) throws DamagedException {
        return MessageCodec.decode(ID, text.getBytes(StandardCharsets.UTF_8)).envelope().arrival();
    }
}
