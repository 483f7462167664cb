package org.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.postern.testkit.Peers;

/// S30: what a client of old can agree on with the listeners, as openssl tells it, which speaks
/// what the platform's own TLS has long given up.
class TlsVersionsTest {
    /// Version and cipher suites that a client insists on.
    private record Offer(String version, String ciphers) {}

    private static final String ANY = "ALL:@SECLEVEL=0";

    private static final List<Offer> REFUSED =
            List.of(
                    new Offer("-tls1", ANY),
                    new Offer("-tls1_1", ANY),
                    new Offer("-tls1_2", "aNULL:@SECLEVEL=0"),
                    new Offer("-tls1_2", "eNULL:@SECLEVEL=0"),
                    new Offer("-tls1_2", "kRSA:@SECLEVEL=0"),
                    new Offer("-tls1_2", "AES128-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"),
                    new Offer("-tls1_2", "3DES:CAMELLIA:ARIA:SEED:@SECLEVEL=0"));

    private static final List<Offer> ACCEPTED =
            List.of(new Offer("-tls1_2", ANY), new Offer("-tls1_3", ANY));

    @Test
    void onlyTls12AndTls13AreSpoken() throws Exception {
        String openssl = Peers.program("openssl").toString();
        for (SmtpListener.Kind kind :
                List.of(SmtpListener.Kind.SUBMISSIONS, SmtpListener.Kind.SUBMISSION)) {
            try (World world = new World(kind)) {
                for (Offer offer : REFUSED) {
                    assertEquals(0, sessions(openssl, world, kind, offer), kind + " " + offer);
                }
                for (Offer offer : ACCEPTED) {
                    assertEquals(1, sessions(openssl, world, kind, offer), kind + " " + offer);
                }
            }
        }
    }

    /// @return 1 if the two agreed on something, else 0
    private static int sessions(String openssl, World world, SmtpListener.Kind kind, Offer offer)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(openssl, "s_client", "-brief"));
        command.addAll(List.of("-connect", "127.0.0.1:" + world.server.port(), offer.version()));
        command.addAll(List.of("-cipher", offer.ciphers()));
        if (kind == SmtpListener.Kind.SUBMISSION) {
            command.addAll(List.of("-starttls", "smtp"));
        }
        Process client = new ProcessBuilder(command).redirectErrorStream(true).start();
        client.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().close();
        String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!client.waitFor(20, TimeUnit.SECONDS)) {
            client.destroyForcibly();
            throw new AssertionError("openssl does not end: " + said);
        }
        return said.contains("CONNECTION ESTABLISHED") ? 1 : 0;
    }
}
