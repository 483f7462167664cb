package org.postern.story;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.Gateway;
import org.postern.World;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditReader;
import org.postern.demo.SampleClinic;
import org.postern.journal.JournalFolder;
import org.postern.journal.JournalReader;
import org.postern.journal.JournalRecord.Kind;
import org.postern.journal.Place;
import org.postern.mail.QueueId;
import org.postern.operate.AuditText;
import org.postern.store.FileDisk;
import org.postern.testkit.FakeResolver;
import org.postern.testkit.FakeZone;
import org.postern.testkit.QuickKeystore;

/// The sample clinic with next hops, rules and settings of a test's choosing: its folder is altered
/// first, and then its gateway opens.
final class StagedClinic implements AutoCloseable {
    static final String ANNA = "anna.reyes@mapleclinic.example";
    static final String SAM = "sam.okafor@mapleclinic.example";
    static final String CHIDI = "chidi.obi@stmary.example";
    static final String MARIA = "maria.gomez@homemail.example";

    private final SampleClinic clinic;
    private final Clock clock;
    private @Nullable Gateway gateway;
    private boolean hasRoutes;
    private World.Internet internet = World.Internet.REAL;

    private StagedClinic(SampleClinic clinic, Clock clock) {
        this.clinic = clinic;
        this.clock = clock;
    }

    /// Makes keys and finds ports; nothing is written yet.
    static StagedClinic in(Path home, Clock clock) throws IOException {
        return new StagedClinic(SampleClinic.in(home, SampleClinic.Ports.free(), clock), clock);
    }

    /// Writes the folder, with one server as the internal hop and the smart host.
    StagedClinic write(int port, String tls) throws IOException {
        return write(port, port, tls);
    }

    /// Writes the folder, with a server inside and another one outside.
    StagedClinic write(int internal, int outside, String tls) throws IOException {
        clinic.write(
                Path.of("policy-config"),
                new SampleClinic.Outside(internal, outside, tls),
                QuickKeystore::create);
        return this;
    }

    /// The same clinic at another domain.
    StagedClinic calledOtherwise(String domain, String other) throws IOException {
        for (String file : List.of("gateway.yaml", "policy.yaml", "people.yaml")) {
            Path path = clinic.config().resolve(file);
            Files.writeString(path, Files.readString(path).replace(domain, other));
        }
        return this;
    }

    /// Mail leaves by the MX records of this zone, to servers on a loopback port.
    StagedClinic byMx(FakeZone zone, int port) throws IOException {
        internet = new World.Internet(_ -> new FakeResolver(zone), port, 443);
        Path file = clinic.config().resolve("gateway.yaml");
        String written = Files.readString(file);
        String altered =
                written.replaceAll(
                        "(?m)^smart-host: .*$",
                        "outgoing: mx\ndns: { servers: [127.0.0.1], validates: true }\n"
                                + "mx: { private-networks: [127.0.0.0/8] }");
        if (altered.equals(written)) {
            throw new IllegalStateException("the sample clinic has no smart host");
        }
        Files.writeString(file, altered);
        return this;
    }

    /// The domain name system knows what stands in this zone, and nothing else.
    StagedClinic names(FakeZone zone) {
        internet = new World.Internet(_ -> new FakeResolver(zone), 25, 443);
        return this;
    }

    /// Adds lines to `gateway.yaml`.
    StagedClinic settings(String yaml) throws IOException {
        Files.writeString(clinic.config().resolve("gateway.yaml"), yaml, StandardOpenOption.APPEND);
        return this;
    }

    /// Has mail to a domain go to a server of its own, which has to prove itself. Routes are added
    /// one behind the other, with no other setting between them.
    StagedClinic route(String domain, int port) throws IOException {
        String begin = hasRoutes ? "" : "routes:\n";
        hasRoutes = true;
        return settings(
                begin
                        + """
                          - domain: [%s]
                            host: 127.0.0.1
                            port: %d
                            tls: verified
                            trust: ca.pem
                        """
                                .formatted(domain, port));
    }

    /// Opens a door for mail programs as well.
    ///
    /// @return its port
    int imap() throws IOException {
        int port = SampleClinic.Ports.one();
        Path file = clinic.config().resolve("gateway.yaml");
        String door = "listeners:\n  imap: { address: 127.0.0.1, port: " + port + " }\n";
        Files.writeString(file, Files.readString(file).replaceFirst("listeners:\n", door));
        return port;
    }

    /// Puts rules before those of the shipped policy.
    StagedClinic rules(String yaml) throws IOException {
        Path policy = clinic.config().resolve("policy.yaml");
        String shipped = Files.readString(policy);
        Files.writeString(policy, shipped.replace("\nrules:\n", "\nrules:\n" + yaml));
        return this;
    }

    /// Puts settings before the rules of the policy.
    StagedClinic inherited(String yaml) throws IOException {
        Path policy = clinic.config().resolve("policy.yaml");
        String shipped = Files.readString(policy);
        Files.writeString(
                policy, shipped.replace("\nrules:\n", "\nsettings:\n" + yaml + "\nrules:\n"));
        return this;
    }

    /// Builds the gateway and lets mail in.
    StagedClinic open() throws IOException {
        gateway = RunningClinic.build(clinic, clock, new FileDisk(), internet);
        return this;
    }

    SampleClinic clinic() {
        return clinic;
    }

    MailClient relay() throws IOException {
        return MailClient.relay(clinic);
    }

    MailClient submission() throws IOException, GeneralSecurityException {
        return MailClient.submission(clinic);
    }

    /// The audit in words, an entry a line.
    List<String> audit() {
        List<String> lines = new ArrayList<>();
        try {
            new AuditReader(new AuditFolder(new FileDisk(), clinic.data().resolve("audit")))
                    .read(entry -> lines.add(AuditText.words(entry)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    /// Waits for an entry of the audit that holds all these words.
    String awaitAudit(String... words) {
        String what = "an entry of the audit with " + String.join(", ", words);
        try {
            RunningClinic.await(what, () -> entries(words).findFirst().isPresent());
        } catch (AssertionError e) {
            throw new AssertionError(what + ", in\n" + String.join("\n", audit()), e);
        }
        return entries(words).findFirst().orElseThrow();
    }

    private Stream<String> entries(String... words) {
        return audit().stream().filter(line -> Stream.of(words).allMatch(line::contains));
    }

    /// How many messages lie in the spool.
    long queued() {
        return queuedIn(clinic).size();
    }

    /// The queue ids that lie in a clinic's spool, in files of their own or in the journal.
    static Set<String> queuedIn(SampleClinic clinic) {
        Path spool = clinic.data().resolve("spool");
        while (true) {
            try (Stream<Path> files = Files.list(spool)) {
                Set<String> ids = journaledIn(spool.resolve("journal"));
                files.map(file -> file.getFileName().toString())
                        .filter(QueueId::isValid)
                        .forEach(ids::add);
                return ids;
            } catch (NoSuchFileException _) {
                // A segment was removed while it was to be read: look again.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Set<String> journaledIn(Path folder) throws IOException {
        Set<String> ids = new TreeSet<>();
        JournalFolder journal = new JournalFolder(new FileDisk(), folder);
        new JournalReader(
                        journal,
                        new JournalReader.Visitor() {
                            @Override
                            public void record(Kind kind, QueueId id, Place place) {
                                switch (kind) {
                                    case MESSAGE -> ids.add(id.value());
                                    case GONE -> ids.remove(id.value());
                                    case RESULT -> {
                                        // It stays until it is retired.
                                    }
                                }
                            }

                            @Override
                            public void doubtful(Kind kind, QueueId id, Place place) {
                                throw new AssertionError("the journal is damaged");
                            }

                            @Override
                            public void lost(Place place) {
                                throw new AssertionError("the journal is damaged");
                            }

                            @Override
                            public void missing(long segment, long from, long end) {
                                throw new AssertionError("the journal is cut short");
                            }
                        })
                .read(journal.segments());
        return ids;
    }

    /// Waits until the spool is empty: all was relayed, delivered or given up.
    void awaitEmptySpool() {
        RunningClinic.await("an empty spool", () -> queued() == 0);
    }

    /// Stops the gateway; its folder stays.
    void stop() {
        if (gateway != null) {
            gateway.close();
            gateway = null;
        }
    }

    @Override
    public void close() {
        stop();
    }
}
