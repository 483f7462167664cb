package org.postern.smtp;

import org.junit.jupiter.api.Test;
import org.postern.testkit.TlsOffers;

/// S30: what a client of old can agree on with the listeners.
class TlsVersionsTest {
    @Test
    void onlyTls12AndTls13AreSpokenFromTheFirstOctet() throws Exception {
        try (World world = new World(SmtpListener.Kind.SUBMISSIONS)) {
            TlsOffers.assertOnlyTls12And13(world.server.port(), "");
        }
    }

    @Test
    void onlyTls12AndTls13AreSpokenBehindStartTls() throws Exception {
        try (World world = new World(SmtpListener.Kind.SUBMISSION)) {
            TlsOffers.assertOnlyTls12And13(world.server.port(), "smtp");
        }
    }
}
