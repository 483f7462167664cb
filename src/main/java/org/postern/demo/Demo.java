package org.postern.demo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditReader;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.demo.PickupWalk.Page;
import org.postern.operate.AuditText;
import org.postern.store.FileDisk;
import org.slf4j.LoggerFactory;

/// `demo`: the whole road on one machine, for a person to try or, with `--run`, played through and
/// checked.
public final class Demo implements Command {
    private final Console console;
    private int step;

    public Demo(Console console) {
        this.console = console;
    }

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public String summary() {
        return "shows the gateway at work with a sample clinic, on this machine alone";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "[--run] [--info FILE]",
                        """
                        Starts a sample clinic with its gateway, and the world outside: the clinic's
                        mail server, a partner, a patient's mailbox. Sends three letters, shows what
                        became of each and why, and waits for you to try it. Ctrl-C ends it and
                        leaves nothing behind.\
                        """)
                .withSwitch("run", "plays the story without a person, checks each step, and ends")
                .withValue("info", "FILE", "writes addresses, ports and passwords as JSON");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        arguments.atMostWords(0);
        // The story is on the console; the log speaks only of trouble.
        if (LoggerFactory.getLogger("org.postern") instanceof Logger postern) {
            postern.setLevel(Level.WARN);
        }
        console.line("Starting the sample clinic and the world outside …");
        Path home = Files.createTempDirectory("postern-demo");
        AtomicReference<@Nullable DemoWorld> running = new AtomicReference<>();
        Thread cleaner = new Thread(() -> cutShort(home, running.get()), "demo-stop");
        Runtime.getRuntime().addShutdownHook(cleaner);
        try (DemoWorld world = DemoWorld.start(home, shipped(arguments))) {
            running.set(world);
            Optional<String> info = arguments.value("info");
            if (info.isPresent()) {
                DemoInfo.write(world, Path.of(info.get()));
            }
            int code = arguments.has("run") ? play(world) : show(world);
            Runtime.getRuntime().removeShutdownHook(cleaner);
            return code;
        } catch (GeneralSecurityException e) {
            throw new IOException("the demo's keys could not be made: " + e.getMessage(), e);
        }
    }

    /// Ctrl-C, at any moment: a signal ends the process as soon as its hooks are done.
    private void cutShort(Path home, @Nullable DemoWorld world) {
        try {
            if (world != null) {
                world.close();
            }
            SampleClinic.remove(home);
            console.line("The demo has ended; nothing is left of it.");
        } catch (IOException e) {
            console.error("Could not remove " + home + ": " + e.getMessage());
        }
    }

    /// The project's own policy folder, wherever the demo is called from.
    private static Path shipped(Arguments arguments) {
        String home = System.getenv("POSTERN_HOME");
        Path beside = home == null ? arguments.config() : Path.of(home, "policy-config");
        return Files.isDirectory(arguments.config()) ? arguments.config() : beside;
    }

    private int play(DemoWorld world) throws IOException {
        try (PickupWalk walk = new PickupWalk(URI.create(world.clinic().pickupUrl()))) {
            tell(world, walk);
            console.line(console.good("The demo went as it should."));
            return OK;
        } catch (DemoStory.FailedStep e) {
            console.error(console.bad("Step " + (step + 1) + " failed: ") + e.getMessage());
            showWhatHappened(world);
            return FAILED;
        } catch (IOException | MessagingException e) {
            console.error(console.bad("Step " + (step + 1) + " failed: ") + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private void tell(DemoWorld world, PickupWalk walk)
            throws IOException, MessagingException, InterruptedException {
        DemoStory story = new DemoStory(world, Clock.systemUTC());
        story.sendLetters();
        done("three letters submitted with STARTTLS and a password");
        story.colleagueReads();
        done("the colleague's letter is in the clinic's mailbox, as written");
        story.partnerDecrypts();
        done("the partner's letter is S/MIME, subject hidden; the partner's key opens it");
        URI link = story.patientIsTold(1);
        done("the patient has a notice that tells nothing of the letter");
        story.wrongAnswer(walk, link);
        done("a wrong answer on the pickup page opens nothing");
        Page page = story.patientReads(walk, link, "LDL is 121");
        done("the birth date opens the letter");
        story.clinicianHearsOfReading();
        done("the clinician's inbox says that it was read");
        story.patientReplies(walk, page);
        done("the patient replied on the page");
        var reply = story.clinicianGetsReply();
        done("the reply is in the clinician's inbox, in the thread of the letter");
        story.clinicianAnswers(reply);
        URI second = story.patientIsTold(2);
        Page both = story.patientReads(walk, second, "Good to hear, Maria");
        if (!both.html().contains("LDL is 121")) {
            throw new DemoStory.FailedStep("the answer is not in the same conversation");
        }
        done("the clinician's ordinary answer is on the page, in the same conversation");
        story.auditIsIntact();
        done("the audit is intact");
    }

    private void done(String what) {
        step++;
        console.line(console.good("ok") + " %2d  %s".formatted(step, what));
    }

    private int show(DemoWorld world) throws IOException {
        DemoStory story = new DemoStory(world, Clock.systemUTC());
        try {
            story.sendLetters();
            story.patientIsTold(1);
        } catch (MessagingException e) {
            throw new IOException("the sample letters were not taken: " + e.getMessage(), e);
        }
        console.line("");
        console.line(console.strong("Three letters were sent. What became of each, and why:"));
        showWhatHappened(world);
        DemoGuide.lines(world).forEach(console::line);
        try {
            // Only a signal ends this, and the signal runs the hook.
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return OK;
    }

    private void showWhatHappened(DemoWorld world) throws IOException {
        AuditFolder folder =
                new AuditFolder(new FileDisk(), world.clinic().data().resolve("audit"));
        new AuditReader(folder).read(entry -> console.line("  " + AuditText.words(entry)));
    }
}
