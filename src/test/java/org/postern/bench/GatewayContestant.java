package org.postern.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postern.demo.SampleClinic;
import org.postern.pki.Identity;

/// Postern as shipped: the launcher, the sample clinic's configuration, and three rules in front of
/// its policy, one for each kind of mail that is measured.
final class GatewayContestant implements Contestant {
    /// Goes out as it came.
    static final String PLAIN = "someone@plain.example";

    /// Has an RSA-2048 certificate in `partners/`.
    static final String SMIME = "chidi.obi@stmary.example";

    /// Is accepted and never attempted at a next hop.
    static final String HELD = "someone@held.example";

    private static final String RULES =
            """
              - name: measured as it is
                when: { recipient: { domain: plain.example } }
                then: { deliver: unprotected }
              - name: measured at the door
                when: { recipient: { domain: held.example } }
                then: { hold: "measured" }
              - name: measured as encrypted
                when: { recipient: { domain: stmary.example } }
                then: { protect: [smime], otherwise: hold }
            """;

    private static final int START_MAX_SECONDS = 120;

    private final Process process;
    private final SampleClinic clinic;

    private GatewayContestant(Process process, SampleClinic clinic) {
        this.process = process;
        this.clinic = clinic;
    }

    static GatewayContestant start(Path home, int sink) throws IOException, InterruptedException {
        SampleClinic clinic = SampleClinic.in(home, SampleClinic.Ports.free(), Clock.systemUTC());
        clinic.write(Path.of("policy-config"), new SampleClinic.Outside(sink, sink, "none"));
        Path policy = clinic.config().resolve("policy.yaml");
        Files.writeString(
                policy, Files.readString(policy).replace("\nrules:\n", "\nrules:\n" + RULES));
        return start(clinic);
    }

    private static GatewayContestant start(SampleClinic clinic)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("./gateway", "serve", "--config", clinic.config().toString())
                        .redirectErrorStream(true)
                        .start();
        CountDownLatch ready = new CountDownLatch(1);
        Thread.ofPlatform().daemon().start(() -> follow(process, clinic, ready));
        if (!ready.await(START_MAX_SECONDS, TimeUnit.SECONDS) || !process.isAlive()) {
            throw new IOException("the gateway did not start:\n" + Files.readString(log(clinic)));
        }
        return new GatewayContestant(process, clinic);
    }

    /// The log goes into a file, as an operator's would.
    private static void follow(Process process, SampleClinic clinic, CountDownLatch ready) {
        try (BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        process.getInputStream(), StandardCharsets.UTF_8));
                var out = Files.newBufferedWriter(log(clinic))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.write(line);
                out.newLine();
                if (line.startsWith("Postern is ready")) {
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            // It was ended while it wrote.
            return;
        } finally {
            ready.countDown();
        }
    }

    private static Path log(SampleClinic clinic) {
        return clinic.data().resolveSibling("gateway.log");
    }

    @Override
    public String name() {
        return "Postern";
    }

    @Override
    public int port() {
        return clinic.ports().relay();
    }

    @Override
    public double cpuSeconds() throws IOException {
        return ProcessTree.cpuSeconds(process.toHandle());
    }

    long residentMebibytes() throws IOException {
        return ProcessTree.residentMebibytes(process.toHandle());
    }

    /// Whoever may open what it encrypts.
    Identity partner() {
        return clinic.partner();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
