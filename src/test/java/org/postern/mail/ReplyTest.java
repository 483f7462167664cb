package org.postern.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReplyTest {
    @Test
    void aPeersWordsBecomeOneShortLine() {
        Reply reply =
                new Reply(550, "5.1.1", "no\r\nsuch\u001B[31m user\u00E9" + "x".repeat(1_000));
        assertTrue(reply.text().startsWith("no??such?[31m user?x"));
        assertEquals(400, reply.text().length());
    }

    @Test
    void classes() {
        assertTrue(new Reply(250, "2.0.0", "Ok").isPositive());
        assertTrue(new Reply(354, "", "Go on").isPositive());
        assertTrue(new Reply(452, "4.3.1", "Full").isTransient());
        assertTrue(new Reply(554, "5.6.0", "No").isPermanent());
        assertThrows(IllegalArgumentException.class, () -> new Reply(99, "", ""));
    }
}
