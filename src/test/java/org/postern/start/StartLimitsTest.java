package org.postern.start;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.postern.writing.PlainName;

class StartLimitsTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    private final StartLimits limits = new StartLimits();

    @Test
    void onePatientBeginsSoManyConversationsADay() {
        for (int i = 0; i < 20; i++) {
            assertTrue(limits.write("maria@patients.example", NOON));
        }
        assertFalse(limits.write("maria@patients.example", NOON));
        assertTrue(limits.write("pablo@patients.example", NOON));
        assertTrue(limits.write("maria@patients.example", NOON.plus(Duration.ofDays(2))));
    }

    @Test
    void strangersWriteSoManyOctetsADay() {
        long mebibyte = 1024 * 1024;
        for (int i = 0; i < 40; i++) {
            assertTrue(limits.takeOctets("192.0.2." + i, 5 * mebibyte, NOON));
        }
        assertFalse(limits.takeOctets("192.0.2.99", 5 * mebibyte, NOON), "one network");
        limits.giveBackOctets("192.0.2.1", 5 * mebibyte, NOON);
        assertTrue(limits.takeOctets("192.0.2.99", 5 * mebibyte, NOON));
        for (int i = 0; i < 164; i++) {
            assertTrue(limits.takeOctets("10." + i + ".0.1", 5 * mebibyte, NOON));
        }
        assertFalse(limits.takeOctets("192.0.3.1", 5 * mebibyte, NOON), "all together");
        assertTrue(limits.takeOctets("192.0.3.1", 4 * mebibyte, NOON), "what is left");
        assertTrue(limits.takeOctets("192.0.2.1", mebibyte, NOON.plus(Duration.ofDays(1))));
    }

    @Test
    void namesAreMadeHarmless() {
        assertEquals("María Núñez", PlainName.of("  María \t Núñez "));
        assertEquals("a Bcc x y.z pin 1234", PlainName.of("a\r\nBcc: x@y.z [pin 1234]"));
        assertEquals("O'Neil-Smith, Jr.", PlainName.of("O'Neil-Smith, Jr."));
        assertEquals("abc", PlainName.of("abc\u202E\u2066"));
        assertEquals(80, PlainName.of("x".repeat(500)).length());
        assertEquals("", PlainName.of("[]<>=?"));
    }
}
