package org.postern.story;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.World;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.explain.Explain;
import org.postern.mail.Address;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.pki.Validity;
import org.postern.testkit.FakeResolver;
import org.postern.testkit.FakeZone;
import org.postern.testkit.FakeZone.Trouble;
import org.postern.testkit.SmtpSink;

/// A rule asks by which means a recipient can be reached, and the running gateway finds out before
/// it answers.
class ReachStory {
    private static final String KNOWN = "known@partner.example";
    private static final String RULES =
            """
              - name: by certificate
                when: { recipient: { domain: partner.example }, recipient-can: smime }
                then: { protect: [smime], otherwise: hold }
              - name: by proof
                when: { recipient: { domain: [open.example, mute.example] }, recipient-can: tls }
                then: { protect: [tls], otherwise: hold }
              - name: nobody reached
                when: { recipient: { domain: [partner.example, open.example, mute.example] } }
                then: { hold: "Call them." }
            """;
    private static final String MESSAGE =
            "From: Anna <%s>\r\nSubject: Results\r\nMIME-Version: 1.0\r\n\r\ncanarybody\r\n"
                    .formatted(StagedClinic.ANNA);

    @TempDir Path home;

    @Test
    void aCertificateDecides() throws Exception {
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none").rules(RULES);
            pin(staged);
            staged.open();
            try (MailClient anna = staged.submission()) {
                assertTrue(anna.offer(List.of(KNOWN), MESSAGE).startsWith("250"));
                assertTrue(
                        anna.offer(List.of("unknown@partner.example"), MESSAGE).startsWith("250"));
            }
            staged.awaitAudit("accepted", KNOWN, "by certificate");
            staged.awaitAudit("accepted", "unknown@partner.example", "nobody reached");
            staged.awaitAudit(KNOWN, "relayed (smime)");
            RunningClinic.await("the letter", () -> sink.taken().size() == 1);
            assertEquals(List.of(KNOWN), sink.taken().getFirst().recipients());
            assertFalse(sink.taken().getFirst().text().contains("canarybody"));
        }
    }

    /// A domain without any proof is a no; one whose names nobody answers is not.
    @Test
    void aProvedNextHopDecides() throws Exception {
        FakeZone zone = new FakeZone();
        zone.mx("open.example", 10, "mx.open.example").address("mx.open.example", "127.0.0.1");
        zone.trouble("mute.example", Trouble.FAILS);
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none").rules(RULES).byMx(zone, sink.port()).open();
            try (MailClient anna = staged.submission()) {
                assertTrue(anna.offer(List.of("kim@open.example"), MESSAGE).startsWith("250"));
                String said = anna.offer(List.of("kim@mute.example"), MESSAGE);
                assertTrue(said.startsWith("451 4.4.3"), said);
            }
            staged.awaitAudit("accepted", "kim@open.example", "nobody reached");
            staged.awaitAudit("refused", "4.4.3");
            assertEquals(List.of(), sink.taken());
        }
    }

    /// Delivery and its explanation say the same of a domain whose policy cannot be had.
    @Test
    void whatIsInDoubtWaitsAndIsExplainedSo() throws Exception {
        FakeZone zone = new FakeZone();
        zone.mx("promised.example", 10, "mx.promised.example")
                .address("mx.promised.example", "127.0.0.1")
                .txt("_mta-sts.promised.example", "v=STSv1; id=1;");
        String alone = "kim@promised.example";
        String either = "lee@promised.example";
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = StagedClinic.in(home, Clock.systemUTC())) {
            staged.write(sink.port(), "none")
                    .rules(
                            """
                              - name: proof alone
                                when: { recipient: { address: kim@promised.example } }
                                then: { protect: [tls], otherwise: fail }
                              - name: proof or page
                                when: { recipient: { address: lee@promised.example } }
                                then: { protect: [tls, pickup], otherwise: fail }
                            """)
                    .byMx(zone, sink.port())
                    .open();
            try (MailClient anna = staged.submission()) {
                assertTrue(anna.offer(List.of(alone, either), MESSAGE).startsWith("250"));
            }
            staged.awaitAudit("delayed", alone);
            staged.awaitAudit(either, "(pickup)");
            JsonNode explained = explained(staged, zone, sink.port());
            JsonNode waits = explained.path("recipients").path(0);
            assertTrue(waits.path("chosen").isNull(), waits::toString);
            assertEquals("tls", waits.path("waitsFor").asText());
            assertEquals("fail", waits.path("otherwise").asText());
            assertEquals("in-doubt", waits.path("protections").path(0).path("answer").asText());
            assertEquals("pickup", explained.path("recipients").path(1).path("chosen").asText());
        }
    }

    private JsonNode explained(StagedClinic staged, FakeZone zone, int port) throws Exception {
        Path file = Files.writeString(home.resolve("mail.eml"), MESSAGE);
        World real = World.real();
        World world =
                new World(
                        real.clock(),
                        real.nanos(),
                        real.random(),
                        real.disk(),
                        real.lookup(),
                        new World.Internet(_ -> new FakeResolver(zone), port, 443));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream said = new PrintStream(out, true, UTF_8);
        Console console = new Console(said, said, InputStream.nullInputStream());
        Explain explain = new Explain(console, Clock.systemUTC(), new World.View(() -> world));
        new CommandLineTool(console, List.of(explain))
                .run(
                        "explain",
                        file.toString(),
                        "--json",
                        "--to",
                        "kim@promised.example,lee@promised.example",
                        "--config",
                        staged.clinic().config().toString());
        return new ObjectMapper().readTree(out.toString(UTF_8));
    }

    private static void pin(StagedClinic staged) throws IOException {
        Validity validity = Validity.from(Clock.systemUTC().instant(), Duration.ofDays(30));
        Path pinned = staged.clinic().config().resolve("partners/pinned");
        Files.createDirectories(pinned);
        Authority authority = Authority.create("Partners", KeyKind.P_256, validity);
        CertificateRequest request =
                CertificateRequest.person(KeyKind.P_256, validity, Address.of(KNOWN));
        Pem.write(pinned.resolve("known.pem"), List.of(authority.issue(request).certificate()));
    }
}
