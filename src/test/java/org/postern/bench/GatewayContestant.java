package org.postern.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.demo.SampleClinic;
import org.postern.pki.Identity;
import org.postern.testkit.PostfixPeer;

/// Postern as shipped: the launcher, the sample clinic's configuration, and two rules in front of
/// its policy, one for each kind of mail to the outside that is measured.
final class GatewayContestant implements Contestant {
    /// Goes out as it came.
    static final String PLAIN = "someone@plain.example";

    /// Goes to the clinic's own mail server.
    static final String INTERNAL = "someone@mapleclinic.example";

    /// Has an RSA-2048 certificate in `partners/`.
    static final String SMIME = "chidi.obi@stmary.example";

    /// What the launcher gives, in words that another heap can be put into.
    private static final String HEAP = "-Xms%dm -Xmx%dm";

    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    private static final String RULES =
            """
              - name: measured as it is
                when: { recipient: { domain: plain.example } }
                then: { deliver: unprotected }
              - name: measured as encrypted
                when: { recipient: { domain: stmary.example } }
                then: { protect: [smime], otherwise: hold }
            """;

    private static final String IMAP_LISTENERS =
            """
            limits: { imap-connections-per-user: 1000, imap-connections-per-source: 6000 }
            listeners:
              imaps: { address: 127.0.0.1, port: %d }
              imap: { address: 127.0.0.1, port: %d }
            """;

    private static final Duration START_MAX = Duration.ofMinutes(5);

    private final Process process;
    private final SampleClinic clinic;

    private GatewayContestant(Process process, SampleClinic clinic) {
        this.process = process;
        this.clinic = clinic;
    }

    static GatewayContestant start(Path home, int sink) throws IOException {
        return start(home, new SampleClinic.Outside(sink, sink, "none"));
    }

    static GatewayContestant start(Path home, SampleClinic.Outside outside) throws IOException {
        SampleClinic clinic = SampleClinic.in(home, SampleClinic.Ports.free(), Clock.systemUTC());
        clinic.write(Path.of("policy-config"), outside);
        Path policy = clinic.config().resolve("policy.yaml");
        Files.writeString(
                policy, Files.readString(policy).replace("\nrules:\n", "\nrules:\n" + RULES));
        return start(clinic, Map.of());
    }

    /// Another gateway on the same data; this one must be closed before.
    GatewayContestant again() throws IOException {
        return start(clinic, Map.of());
    }

    /// The same with no more heap than this.
    GatewayContestant againWithHeap(long mebibytes) throws IOException {
        String options = HEAP.formatted(mebibytes, mebibytes);
        return start(clinic, Map.of("POSTERN_JAVA_OPTIONS", options));
    }

    /// The same with TLS on the patients' pages, and the sample clinic's policy as it is shipped.
    static GatewayContestant withPages(Path home, int sink) throws IOException {
        SampleClinic clinic = SampleClinic.in(home, SampleClinic.Ports.free(), Clock.systemUTC());
        clinic.write(Path.of("policy-config"), new SampleClinic.Outside(sink, sink, "none"));
        Path gateway = clinic.config().resolve("gateway.yaml");
        Files.writeString(
                gateway,
                Files.readString(gateway)
                        .replace("http://localhost", "https://localhost")
                        .replace("tls: proxy", "tls: here"));
        return start(clinic, Map.of());
    }

    /// The same with IMAP under TLS and in clear, and one clinician who may have many connections.
    ///
    /// @param clear the port on which TLS begins by STARTTLS
    static GatewayContestant withImap(Path home, int imaps, int clear) throws IOException {
        SampleClinic clinic = SampleClinic.in(home, SampleClinic.Ports.free(), Clock.systemUTC());
        clinic.write(Path.of("policy-config"), new SampleClinic.Outside(1, 1, "none"));
        Path gateway = clinic.config().resolve("gateway.yaml");
        Files.writeString(
                gateway,
                Files.readString(gateway)
                        .replaceFirst("listeners:\n", IMAP_LISTENERS.formatted(imaps, clear)));
        manyUsers(clinic.data().resolve("users"));
        return start(clinic, Map.of());
    }

    /// Others who log in with the clinician's password.
    private static void manyUsers(Path users) throws IOException {
        String clinician = Files.readAllLines(users).getFirst();
        StringBuilder more = new StringBuilder();
        for (int i = 1; i < ImapLetters.USERS; i++) {
            more.append(ImapLetters.user(i))
                    .append(clinician.substring(clinician.indexOf(':')))
                    .append('\n');
        }
        Files.writeString(users, more, StandardOpenOption.APPEND);
    }

    /// Whom its servers' certificates come from.
    X509Certificate authority() {
        return clinic.authority();
    }

    /// The log goes into a file, as an operator's would.
    private static GatewayContestant start(SampleClinic clinic, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("./gateway", "serve", "--config", clinic.config().toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log(clinic).toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!PostfixPeer.waitForPort(clinic.ports().relay(), process, START_MAX)) {
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

    /// Resident memory behind a garbage collection, in kibibytes.
    long residentKibibytes() throws IOException {
        return ProcessTree.residentKibibytes(process.toHandle());
    }

    long residentMebibytes() throws IOException {
        return ProcessTree.residentMebibytes(process.toHandle());
    }

    /// Mebibytes of the heap that are in use, garbage aside.
    long heapMebibytes() throws IOException, InterruptedException {
        return heapKibibytes() / 1024;
    }

    /// The same in kibibytes.
    long heapKibibytes() throws IOException, InterruptedException {
        jcmd("GC.run");
        Matcher used = USED.matcher(jcmd("GC.heap_info"));
        long kibibytes = 0;
        while (used.find()) {
            kibibytes += Long.parseLong(used.group(1));
        }
        return kibibytes;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        String pid = Long.toString(process.pid());
        Process run =
                new ProcessBuilder(jcmd.toString(), pid, command).redirectErrorStream(true).start();
        String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (run.waitFor() != 0) {
            throw new IOException(said);
        }
        // What follows the heap is no heap.
        return said.replaceAll("(?s) Metaspace .*", "");
    }

    ProcessHandle process() {
        return process.toHandle();
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
