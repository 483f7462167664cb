package org.postern.entrance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postern.entrance.Entrance.Verdict;
import org.postern.testkit.FakeClinic;
import org.postern.testkit.ScriptedServer;

/// What a server may say to whoever comes, and what comes of it.
class EntranceTest {
    private static final List<String> ASKED = FakeClinic.asked("anna", "secret");

    private static Entrance to(ScriptedServer server) throws UpstreamException {
        return Entrance.to(FakeClinic.at(server.port()), FakeClinic.HERE, Entrance.TIME);
    }

    private static byte[] message() {
        // \\0anna\\0secret
        return "AGFubmEAc2VjcmV0".getBytes(US_ASCII);
    }

    private static Verdict verdict(String answer) throws Exception {
        try (ScriptedServer server = FakeClinic.playing(ASKED, answer);
                Entrance entrance = to(server)) {
            return entrance.logsIn(EntranceTest::message);
        }
    }

    /// Each of them is another thing to whoever keeps the password.
    @Test
    void anAnswerToAPasswordIsOneOfFour() throws Exception {
        assertEquals(new Verdict.In(), verdict("S p2 OK [CAPABILITY IMAP4rev1] in"));
        for (String no : List.of("NO no", "NO [AUTHENTICATIONFAILED] no", "no [EXPIRED] no")) {
            assertEquals(new Verdict.Refused(), verdict("S p2 " + no), no);
        }
        for (String what : List.of("p2 BAD what", "* BYE", "* BYE too many", "* PREAUTH in")) {
            assertEquals(new Verdict.Unclear(), verdict("S " + what), what);
        }
        for (String code :
                List.of("UNAVAILABLE", "SERVERBUG", "inuse", "LIMIT", "PRIVACYREQUIRED")) {
            String text = " [" + code + "] not now";
            assertEquals(new Verdict.NotNow(false), verdict("S p2 NO" + text), code);
            assertEquals(new Verdict.NotNow(false), verdict("S * BYE" + text), code);
        }
        for (String no : List.of("p2 NO [CONTACTADMIN] locked", "* BYE [contactadmin] locked")) {
            assertEquals(new Verdict.NotNow(true), verdict("S " + no), no);
        }
        assertThrows(UpstreamException.class, () -> verdict("S p3 OK other"));
        assertThrows(UpstreamException.class, () -> verdict("S + more"));
    }

    /// Nobody is asked for it before: to ask counts as a try.
    @Test
    void aSecretIsAskedForByAServerThatWaitsForIt() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Entrance.Secret secret =
                () -> {
                    asked.incrementAndGet();
                    return message();
                };
        for (List<String> script :
                List.of(
                        List.of("S * BYE no"),
                        List.of("S * PREAUTH in"),
                        ASKED.subList(0, 2),
                        FakeClinic.script(ASKED.subList(0, 2), "S p1 OK nothing"),
                        FakeClinic.script(ASKED.subList(0, 5), "S p2 NO not so"))) {
            try (ScriptedServer server = FakeClinic.playing(script);
                    Entrance entrance = to(server)) {
                assertThrows(
                        UpstreamException.class, () -> entrance.logsIn(secret), script::toString);
            }
        }
        assertEquals(0, asked.get());
        try (ScriptedServer server = FakeClinic.playing(ASKED, "S p2 OK in", "C p3 LOGOUT");
                Entrance entrance = to(server)) {
            assertEquals(new Verdict.In(), entrance.logsIn(secret));
            entrance.leave();
            assertTrue(server.heard().endsWith("p3 LOGOUT\r\n"));
        }
        assertEquals(1, asked.get());
    }

    /// Nobody logs in to find out what it is.
    @Test
    void aServerSaysWhatItIs() throws Exception {
        List<String> hello =
                List.of(
                        "S * OK ready",
                        "C p1 CAPABILITY",
                        "S * CAPABILITY IMAP4rev2 ID IMAP4rev1 AUTH=PLAIN",
                        "S p1 OK done",
                        "C p2 ID NIL");
        List<String> revisions = List.of("IMAP4REV2", "IMAP4REV1");
        assertEquals(
                new Entrance.Self("Some Server", revisions),
                asked(hello, "S * ID (\"vendor\" NIL \"Name\" \"Some Server\")", "S p2 OK"));
        assertEquals(new Entrance.Self("", revisions), asked(hello, "S * ID NIL", "S p2 OK"));
        assertThrows(UpstreamException.class, () -> asked(hello, "S p2 BAD what"));
    }

    /// It may say so until the memory is full.
    @Test
    void aServerSaysOnlySoMuchOfItself() {
        String many = "S * CAPABILITY" + " A".repeat(300);
        String longest = "S * CAPABILITY " + "A".repeat(40_000);
        String last = "S * CAPABILITY IMAP4rev1 AUTH=PLAIN";
        for (String each : List.of(many, longest)) {
            List<String> hello = List.of("S * OK ready", "C p1 CAPABILITY", each, each, last);
            assertThrows(UpstreamException.class, () -> asked(hello, "S p1 OK done"));
        }
        List<String> named =
                List.of("S * OK ready", "C p1 CAPABILITY", last + " ID", "S p1 OK", "C p2 ID NIL");
        String name = "S * ID (\"name\" \"a\")";
        assertThrows(UpstreamException.class, () -> asked(named, name, name, "S p2 OK"));
    }

    private static Entrance.Self asked(List<String> hello, String... more) throws Exception {
        try (ScriptedServer server = FakeClinic.playing(hello, more);
                Entrance entrance = to(server)) {
            return entrance.self();
        }
    }
}
