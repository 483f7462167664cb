package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;
import static org.postern.story.StagedClinic.SAM;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.account.AppPasswordWords;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.cli.User;
import org.postern.testkit.SmtpPeer;
import org.postern.testkit.SmtpSink;

/// A clinician gets a password for her telephone and reads and sends with it; then it is stolen.
class AppPasswordStory {
    private static final Pattern SECRET = Pattern.compile("app(-[a-z2-9]{4}){6}");
    private static final String ORDINARY = "a long demo password";

    @TempDir Path home;
    private SmtpSink sink;
    private StagedClinic clinic;
    private int imap;

    @BeforeEach
    void open() throws IOException {
        sink = SmtpSink.start();
        clinic = StagedClinic.in(home, Clock.systemUTC()).write(sink.port(), "none");
        imap = clinic.imap();
    }

    @AfterEach
    void close() throws IOException {
        clinic.close();
        sink.close();
    }

    /// Makes one at a clinic that is open.
    ///
    /// @return the secret
    static String made(StagedClinic clinic, String owner) {
        Matcher secret = SECRET.matcher(user(clinic, 0, "add", owner, "telephone"));
        assertTrue(secret.find(), "a password");
        return secret.group();
    }

    private String user(int expected, String... words) {
        return user(clinic, expected, words);
    }

    static String user(StagedClinic clinic, int expected, String... words) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        Console console = new Console(out, out, InputStream.nullInputStream());
        List<String> all = new ArrayList<>(List.of("user", "app-password"));
        all.addAll(List.of(words));
        all.addAll(List.of("--config", clinic.clinic().config().toString()));
        User user = new User(console, new SecureRandom(), new AppPasswordWords(console));
        int code = new CommandLineTool(console, List.of(user)).run(all.toArray(String[]::new));
        String text = said.toString(StandardCharsets.UTF_8);
        assertEquals(expected, code, text);
        return text;
    }

    private SmtpPeer reading(String secret, String answer) throws Exception {
        SmtpPeer peer = SmtpPeer.connect(imap);
        peer.line();
        peer.say("a STARTTLS");
        peer.line();
        peer.startTls(RunningClinic.trusting(clinic.clinic()));
        peer.ask("b LOGIN " + ANNA + " \"" + secret + "\"", "b " + answer + " *");
        return peer;
    }

    private SmtpPeer sending(String secret, String answer) throws Exception {
        SmtpPeer peer = SmtpPeer.connect(clinic.clinic().ports().submission());
        peer.line();
        peer.ask("EHLO phone", "250 *");
        peer.ask("STARTTLS", "220 *");
        peer.startTls(RunningClinic.trusting(clinic.clinic()));
        peer.ask("EHLO phone", "250 *");
        byte[] plain = ("\0" + ANNA + "\0" + secret).getBytes(StandardCharsets.UTF_8);
        peer.ask("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain), answer + " *");
        return peer;
    }

    private static void until(SmtpPeer peer, String pattern) throws IOException {
        String line;
        do {
            line = peer.line();
            assertFalse(line.isEmpty(), "the server has closed");
        } while (!SmtpPeer.matches(pattern, line));
    }

    @Test
    void whatIsStolenIsTakenBackAtOnce() throws Exception {
        clinic.open();
        String said = user(0, "add", ANNA, "Anna's phone");
        Matcher secret = SECRET.matcher(said);
        assertTrue(secret.find(), said);
        String phone = secret.group();
        try (SmtpPeer idles = reading(phone, "OK");
                SmtpPeer works = reading(phone, "OK");
                SmtpPeer sends = sending(phone, "235");
                SmtpPeer names = sending(phone, "235");
                SmtpPeer writes = sending(phone, "235");
                SmtpPeer chunks = sending(phone, "235");
                SmtpPeer desk = reading(ORDINARY, "OK")) {
            idles.say("c SELECT INBOX", "d IDLE");
            until(idles, "+ *");
            for (SmtpPeer begun : List.of(names, writes, chunks)) {
                begun.ask("MAIL FROM:<" + ANNA + ">", "250 *");
                begun.ask("RCPT TO:<" + MARIA + ">", "250 *");
            }
            String list = user(0, "list", ANNA);
            assertTrue(list.contains("Anna's phone  of " + ANNA + ", made "), list);
            assertTrue(list.contains("last used "), list);
            assertFalse(list.contains(phone), "it is shown once");
            String id = list.substring(0, list.indexOf(' '));
            user(1, "revoke", ANNA, "aaaaaaaa");
            user(0, "revoke", ANNA, id);
            until(idles, "* BYE this password was taken back*");
            assertTrue(idles.isClosed(), "an IDLE goes on");
            works.ask("e NOOP", "* BYE this password was taken back*");
            sends.ask("MAIL FROM:<" + ANNA + ">", "421 *");
            names.ask("RCPT TO:<" + SAM + ">", "421 *");
            writes.ask("DATA", "421 *");
            chunks.ask("BDAT 4 LAST\r\nabc", "421 *");
            desk.ask("f NOOP", "f OK *");
        }
        reading(phone, "NO").close();
        sending(phone, "535").close();
        assertTrue(user(0, "list", ANNA).contains("No app passwords."));
        clinic.awaitAudit("app password made", ANNA, "Anna's phone");
        clinic.awaitAudit("app password revoked", ANNA);
        assertFalse(String.join("\n", clinic.audit()).contains(phone), "a secret in the audit");
    }

    @Test
    void theOrdinaryPasswordMayBeKeptFromTelephones() throws Exception {
        Path file = clinic.clinic().config().resolve("gateway.yaml");
        String only = "listeners:\n  imap-app-passwords-only: true\n";
        Files.writeString(file, Files.readString(file).replaceFirst("listeners:\n", only));
        clinic.open();
        Matcher one = SECRET.matcher(user(0, "add", ANNA, "phone"));
        assertTrue(one.find(), "a password");
        user(1, "add", "nobody@mapleclinic.example", "phone");
        reading(ORDINARY, "NO").close();
        sending(ORDINARY, "235").close();
        reading(one.group(), "OK").close();
        user(0, "add", ANNA, "tablet");
        assertEquals(2, user(0, "list", ANNA).lines().count());
        // For whoever looks over who can log in, four times a year.
        user(0, "add", SAM, "desk");
        String everybody = user(0, "list");
        assertEquals(3, everybody.lines().count());
        assertTrue(everybody.contains("desk  of " + SAM), everybody);
        user(0, "revoke", ANNA, "--all");
        reading(one.group(), "NO").close();
    }
}
