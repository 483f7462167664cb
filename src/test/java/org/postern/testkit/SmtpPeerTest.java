package org.postern.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SmtpPeerTest {
    @Test
    void aStarStandsForAnything() {
        assertTrue(SmtpPeer.matches("250 *", "250 2.0.0 OK"));
        assertTrue(SmtpPeer.matches("*", ""));
        assertTrue(SmtpPeer.matches("250-SIZE 1*", "250-SIZE 1000"));
        assertTrue(SmtpPeer.matches("a.b", "a.b"));
        assertFalse(SmtpPeer.matches("250 *", "250"));
        assertFalse(SmtpPeer.matches("250 *", "x250 y"));
        assertFalse(SmtpPeer.matches("a.b", "axb"));
    }
}
