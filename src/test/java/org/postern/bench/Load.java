package org.postern.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.postern.testkit.Peers;

/// What one run sends: smtp-source of Postfix with kept connections.
///
/// @param octets payload of each message, without its header section
/// @param recipient whose domain decides what the gateway does with it
record Load(int octets, int sessions, String recipient) {
    private static final String SENDER = "anna.reyes@mapleclinic.example";

    /// Sends so many messages and returns when all were answered 250.
    void send(int port, int messages) throws IOException, InterruptedException {
        Process source =
                new ProcessBuilder(
                                Peers.program("smtp-source").toString(),
                                "-d",
                                "-s",
                                Integer.toString(sessions),
                                "-l",
                                Integer.toString(octets),
                                "-m",
                                Integer.toString(messages),
                                "-f",
                                SENDER,
                                "-t",
                                recipient,
                                "127.0.0.1:" + port)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(source.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (source.waitFor() != 0 || !said.isBlank()) {
            throw new IOException("smtp-source: " + said);
        }
    }

    String size() {
        return octets >= 1 << 20 ? octets / (1 << 20) + " MiB" : octets / 1024 + " KiB";
    }
}
