package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.SAM;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.demo.SampleClinic;
import org.postern.testkit.SmtpSink;

/// A gateway with sessions at several doors is told to stop (R15): every door shuts at once, and
/// what is under way may end.
class StopStory {
    private static final long LONG_SECONDS = 120;

    @TempDir Path home;
    private SmtpSink sink;
    private StagedClinic clinic;

    @BeforeEach
    void open() throws IOException {
        sink = SmtpSink.start();
        clinic = StagedClinic.in(home, Clock.systemUTC()).write(sink.port(), "none").open();
    }

    @AfterEach
    void close() throws IOException {
        clinic.close();
        sink.close();
    }

    /// The doors wait beside each other for their sessions. Were one to wait behind another, the
    /// one behind would still accept, and the times of all would add up.
    @Test
    void everyDoorShutsWhileEachStillHasASession() throws Exception {
        SampleClinic.Ports ports = clinic.clinic().ports();
        try (MailClient doctor = clinic.submission();
                MailClient relay = clinic.relay();
                MailClient stranger = MailClient.greeted(ports.inbound());
                ExecutorService operator = Executors.newVirtualThreadPerTaskExecutor()) {
            doctor.command("MAIL FROM:<%s>".formatted(ANNA), "250");
            relay.command("MAIL FROM:<%s>".formatted(SAM), "250");
            stranger.command("MAIL FROM:<someone@elsewhere.example>", "250");
            Future<?> stop = operator.submit(clinic::stop);
            for (int port :
                    List.of(
                            ports.submission(),
                            ports.submissions(),
                            ports.relay(),
                            ports.inbound(),
                            ports.pickup())) {
                await("port " + port + " is shut", () -> isShut(port));
            }
            relay.command("RCPT TO:<%s>".formatted(ANNA), "250");
            relay.command("DATA", "354");
            relay.command(
                    "From: <%s>\r\nTo: <%s>\r\nSubject: x\r\n\r\nlast\r\n.".formatted(SAM, ANNA),
                    "250");
            doctor.command("RSET", "250");
            stranger.command("QUIT", "221");
            stop.get(LONG_SECONDS, TimeUnit.SECONDS);
        }
        clinic.open();
        await("what was taken last arrives", () -> sink.taken().size() == 1);
        assertEquals(List.of(ANNA), sink.taken().getFirst().recipients());
    }

    private static boolean isShut(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return false;
        } catch (ConnectException _) {
            return true;
        } catch (IOException e) {
            throw new AssertionError("port " + port, e);
        }
    }
}
