package org.postern.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.postern.Gateway;
import org.postern.World;
import org.postern.config.Configuration;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;

/// A running demo: the sample clinic's gateway, the world outside, and a page to look into inboxes.
/// Closing it leaves nothing behind.
final class DemoWorld implements AutoCloseable {
    private final Path home;
    private final SampleClinic clinic;
    private final OutsideWorld outside;
    private final InboxPage inboxes;
    private final Gateway gateway;
    private final Submission submission;

    private DemoWorld(
            Path home,
            SampleClinic clinic,
            OutsideWorld outside,
            InboxPage inboxes,
            Gateway gateway,
            Submission submission) {
        this.home = home;
        this.clinic = clinic;
        this.outside = outside;
        this.inboxes = inboxes;
        this.gateway = gateway;
        this.submission = submission;
    }

    /// Makes keys, writes the clinic's folder, starts everything.
    ///
    /// @param home a folder that is made, and removed by `close`
    /// @param shipped the project's `policy-config/`
    static DemoWorld start(Path home, Path shipped) throws IOException, GeneralSecurityException {
        SampleClinic clinic = SampleClinic.in(home, SampleClinic.Ports.free(), Clock.systemUTC());
        Files.createDirectories(home);
        OutsideWorld outside = OutsideWorld.start(clinic.outsideTls(), home, Person.ALL);
        try {
            clinic.write(
                    shipped,
                    new SampleClinic.Outside(
                            outside.smtpsPort(), outside.smtpsPort(), "verified-implicit"));
            Gateway gateway =
                    Gateway.build(clinic.config(), checked(clinic.config()), World.real());
            try {
                gateway.start();
            } catch (IOException | RuntimeException e) {
                gateway.close();
                throw e;
            }
            Submission submission =
                    new Submission(
                            "localhost",
                            clinic.ports().submission(),
                            trusting(clinic).getSocketFactory());
            return new DemoWorld(
                    home, clinic, outside, InboxPage.start(outside), gateway, submission);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            outside.close();
            throw e;
        }
    }

    private static Configuration checked(Path folder) throws IOException {
        return switch (Configuration.load(folder)) {
            case Checked.Valid<Configuration>(Configuration configuration) -> configuration;
            case Checked.Invalid<Configuration>(List<ConfigError> errors) ->
                    throw new IOException("the demo's configuration has mistakes: " + errors);
        };
    }

    private static SSLContext trusting(SampleClinic clinic) throws GeneralSecurityException {
        KeyStore anchors;
        try {
            anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty keystore cannot be made", e);
        }
        anchors.setCertificateEntry("demo", clinic.authority());
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    Path home() {
        return home;
    }

    SampleClinic clinic() {
        return clinic;
    }

    OutsideWorld outside() {
        return outside;
    }

    InboxPage inboxes() {
        return inboxes;
    }

    Submission submission() {
        return submission;
    }

    @Override
    public void close() throws IOException {
        inboxes.close();
        gateway.close();
        outside.close();
        SampleClinic.remove(home);
    }
}
