package org.postern.imap;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.TlsOffers;

/// S30: what a mail program of old can agree on with the doors of the mailboxes.
class ImapTlsVersionsTest {
    @TempDir Path home;

    private void onlyTls12AndTls13(ImapListener.Kind kind, String starttls) throws Exception {
        try (ImapWorld world =
                new ImapWorld(home, limits -> limits, (_, _) -> Optional.empty(), kind)) {
            TlsOffers.assertOnlyTls12And13(world.port(), starttls);
        }
    }

    @Test
    void onlyTls12AndTls13AreSpokenFromTheFirstOctet() throws Exception {
        onlyTls12AndTls13(ImapListener.Kind.IMAPS, "");
    }

    @Test
    void onlyTls12AndTls13AreSpokenBehindStartTls() throws Exception {
        onlyTls12AndTls13(ImapListener.Kind.IMAP, "imap");
    }
}
