package org.postern.story;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.postern.Gateway;
import org.postern.World;
import org.postern.config.Configuration;
import org.postern.demo.SampleClinic;
import org.postern.net.HostLookup;
import org.postern.store.Disk;
import org.postern.store.FileDisk;
import org.postern.testkit.QuickKeystore;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.TestDatabase;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;

/// The sample clinic's gateway in this JVM, as `serve` builds it, with a sink for all its next
/// hops.
final class RunningClinic implements AutoCloseable {
    private static final Duration WAIT_MAX = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(20);

    private final SampleClinic clinic;
    private final SmtpSink sink;
    private final Gateway gateway;

    private RunningClinic(SampleClinic clinic, SmtpSink sink, Gateway gateway) {
        this.clinic = clinic;
        this.sink = sink;
        this.gateway = gateway;
    }

    static RunningClinic start(Path home, Clock clock) throws IOException {
        return start(home, clock, new FileDisk());
    }

    /// The same on another disk.
    static RunningClinic start(Path home, Clock clock, Disk disk) throws IOException {
        SmtpSink sink = SmtpSink.start();
        SampleClinic clinic = SampleClinic.in(home, SampleClinic.Ports.free(), clock);
        clinic.write(
                Path.of("policy-config"),
                new SampleClinic.Outside(sink.port(), sink.port(), "none"),
                QuickKeystore::create);
        return new RunningClinic(clinic, sink, build(clinic, clock, disk));
    }

    static Gateway build(SampleClinic clinic, Clock clock) throws IOException {
        return build(clinic, clock, new FileDisk());
    }

    private static Gateway build(SampleClinic clinic, Clock clock, Disk disk) throws IOException {
        return build(clinic, clock, disk, World.Internet.REAL);
    }

    /// The same with another domain name system, and mail servers on another port.
    static Gateway build(SampleClinic clinic, Clock clock, Disk disk, World.Internet internet)
            throws IOException {
        TestDatabase.put(clinic.data().resolve("db"));
        World world =
                new World(
                        clock,
                        new SecureRandom(),
                        disk,
                        HostLookup.system(Duration.ofSeconds(30)),
                        internet);
        Gateway gateway = Gateway.build(clinic.config(), checked(clinic.config()), world);
        gateway.start();
        return gateway;
    }

    private static Configuration checked(Path folder) {
        return switch (Configuration.load(folder)) {
            case Checked.Valid<Configuration>(Configuration configuration) -> configuration;
            case Checked.Invalid<Configuration>(List<ConfigError> errors) ->
                    throw new AssertionError(errors.toString());
        };
    }

    SampleClinic clinic() {
        return clinic;
    }

    SmtpSink sink() {
        return sink;
    }

    /// A TLS context that trusts the clinic's authority and nobody else.
    static SSLContext trusting(SampleClinic clinic) throws IOException, GeneralSecurityException {
        KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
        anchors.load(null, null);
        anchors.setCertificateEntry("clinic", clinic.authority());
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    /// Looks until a condition holds; fails after two minutes.
    static void await(String what, BooleanSupplier condition) {
        long limit = System.nanoTime() + WAIT_MAX.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > limit) {
                throw new AssertionError("not within " + WAIT_MAX + ": " + what);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        sink.close();
    }
}
