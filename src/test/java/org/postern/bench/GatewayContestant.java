package org.postern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.postern.demo.SampleClinic;
import org.postern.pki.Identity;
import org.postern.testkit.PostfixPeer;

/// Postern as shipped: the launcher, the sample clinic's configuration, and two rules in front of
/// its policy, one for each kind of mail that is measured.
final class GatewayContestant implements Contestant {
    /// Goes out as it came.
    static final String PLAIN = "someone@plain.example";

    /// Has an RSA-2048 certificate in `partners/`.
    static final String SMIME = "chidi.obi@stmary.example";

    private static final String RULES =
            """
              - name: measured as it is
                when: { recipient: { domain: plain.example } }
                then: { deliver: unprotected }
              - name: measured as encrypted
                when: { recipient: { domain: stmary.example } }
                then: { protect: [smime], otherwise: hold }
            """;

    private final Process process;
    private final SampleClinic clinic;

    private GatewayContestant(Process process, SampleClinic clinic) {
        this.process = process;
        this.clinic = clinic;
    }

    static GatewayContestant start(Path home, int sink) throws IOException {
        SampleClinic clinic = SampleClinic.in(home, SampleClinic.Ports.free(), Clock.systemUTC());
        clinic.write(Path.of("policy-config"), new SampleClinic.Outside(sink, sink, "none"));
        Path policy = clinic.config().resolve("policy.yaml");
        Files.writeString(
                policy, Files.readString(policy).replace("\nrules:\n", "\nrules:\n" + RULES));
        return start(clinic);
    }

    /// The log goes into a file, as an operator's would.
    private static GatewayContestant start(SampleClinic clinic) throws IOException {
        Process process =
                new ProcessBuilder("./gateway", "serve", "--config", clinic.config().toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log(clinic).toFile())
                        .start();
        if (!PostfixPeer.waitForPort(clinic.ports().relay(), process)) {
            process.destroy();
            throw new IOException("the gateway did not start:\n" + Files.readString(log(clinic)));
        }
        return new GatewayContestant(process, clinic);
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
