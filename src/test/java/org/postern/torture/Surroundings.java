package org.postern.torture;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.auditor.RunFolder;
import org.postern.auditor.Way;
import org.postern.demo.SampleClinic;
import org.postern.pki.Pem;
import org.postern.testkit.QuickKeystore;
import org.postern.testkit.TestTls;

/// All that stands around the gateway of a run: its clinic's folder, the sinks, the ledger, the
/// clients. It outlives every life of the gateway.
final class Surroundings implements Closeable {
    private static final int CANARY_LETTERS = 16;

    private final RunFolder folder;
    private final SampleClinic clinic;
    private final Trap trap = new Trap();
    private final AtomicInteger life = new AtomicInteger();
    private final Ledger ledger;
    private final RecordingSink internal;
    private final RecordingSink smartHost;
    private final RecordingSink partner;
    private final Tap tap;
    private final Traffic traffic;

    /// @param folder empty so far
    Surroundings(RunFolder folder, SplittableRandom random) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.home());
        clinic = SampleClinic.in(folder.clinic(), SampleClinic.Ports.free(), Clock.systemUTC());
        ledger = new Ledger(folder);
        internal = new RecordingSink(folder, RunFolder.INTERNAL_SINK, null, life::get, trap);
        smartHost = new RecordingSink(folder, RunFolder.SMART_HOST_SINK, null, life::get, trap);
        var tls = TestTls.server(clinic.outsideTls());
        partner = new RecordingSink(folder, RunFolder.TLS_SINK, tls, life::get, trap);
        tap = new Tap(partner.port(), new WireFile(folder.wire(RunFolder.TAP)));
        writeClinic();
        String canary =
                random.ints(CANARY_LETTERS, 'a', 'z' + 1)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
        Files.writeString(folder.canary(), canary + "\n");
        Pem.write(folder.partnerKey(), clinic.partner().key());
        traffic = new Traffic(clinic, ledger, trap, canary);
    }

    private void writeClinic() throws IOException {
        clinic.write(
                Path.of("policy-config"),
                new SampleClinic.Outside(internal.port(), smartHost.port(), "none"),
                QuickKeystore::create);
        Files.writeString(
                folder.clinic().resolve("data/users"),
                QuickPassword.line(Way.AUTHOR, Session.PASSWORD));
        withoutTypedCodes(clinic.config().resolve("notices"));
        Path policy = clinic.config().resolve("policy.yaml");
        String shipped = Files.readString(policy);
        Files.writeString(policy, shipped.replace("\nrules:\n", "\nrules:\n" + Way.RULES));
        Files.writeString(
                clinic.config().resolve("gateway.yaml"),
                """
                routes:
                  - domain: [tlspartner.example]
                    host: 127.0.0.1
                    port: %d
                    tls: verified
                    trust: ca.pem
                """
                        .formatted(tap.port()),
                StandardOpenOption.APPEND);
    }

    /// A clinic may leave them out. Making one is slow on purpose, and most of what a notice costs
    /// a process in its first seconds.
    private static void withoutTypedCodes(Path notices) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(notices, "*.{txt,html}")) {
            for (Path file : files) {
                Files.writeString(file, Files.readString(file).replace("{{typed}}", ""));
            }
        }
    }

    RunFolder folder() {
        return folder;
    }

    SampleClinic clinic() {
        return clinic;
    }

    Trap trap() {
        return trap;
    }

    Ledger ledger() {
        return ledger;
    }

    Traffic traffic() {
        return traffic;
    }

    /// The number of the gateway's life; what sinks take belongs to it.
    AtomicInteger life() {
        return life;
    }

    int taken() {
        return internal.taken() + smartHost.taken() + partner.taken();
    }

    @Override
    public void close() throws IOException {
        traffic.close();
        tap.close();
        internal.close();
        smartHost.close();
        partner.close();
        ledger.close();
    }
}
