package org.postern.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a client of old can agree on with a server, as openssl tells it, which speaks what the
/// platform's own TLS has long given up.
public final class TlsOffers {
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

    private TlsOffers() {}

    /// @param port of a server on this machine
    /// @param starttls the protocol in which TLS is asked for; empty if it comes with the first
    ///   octet
    /// @throws AssertionError if the server agrees on anything but TLS 1.2 with the suites of today
    ///   and TLS 1.3, or on one of these not
    public static void assertOnlyTls12And13(int port, String starttls) throws Exception {
        String openssl = Peers.program("openssl").toString();
        List<String> client = new ArrayList<>(List.of(openssl, "s_client", "-brief", "-connect"));
        client.add("127.0.0.1:" + port);
        if (!starttls.isEmpty()) {
            client.addAll(List.of("-starttls", starttls));
        }
        for (Offer offer : REFUSED) {
            assertEquals(0, sessions(client, offer), starttls + " " + offer);
        }
        for (Offer offer : ACCEPTED) {
            assertEquals(1, sessions(client, offer), starttls + " " + offer);
        }
    }

    /// @return 1 if the two agreed on something, else 0
    private static int sessions(List<String> client, Offer offer)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(client);
        command.addAll(List.of(offer.version(), "-cipher", offer.ciphers()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("openssl does not end: " + said);
        }
        return said.contains("CONNECTION ESTABLISHED") ? 1 : 0;
    }
}
