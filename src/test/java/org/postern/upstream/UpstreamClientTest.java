package org.postern.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postern.entrance.UpstreamException;
import org.postern.entrance.Where;
import org.postern.testkit.FakeClinic;
import org.postern.testkit.ScriptedServer;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;
import org.postern.upstream.UpstreamClient.Entry;

/// What the clinic's server may answer, and what ends the connection.
class UpstreamClientTest {
    private static final List<String> IN =
            FakeClinic.script(FakeClinic.asked("anna", "secret"), "S p2 OK in");

    /// What is done with a client that is logged in.
    @FunctionalInterface
    private interface Doing<T> {
        T with(UpstreamClient client) throws Exception;
    }

    /// Writes down what it hears.
    private static final class Heard implements FolderEvents {
        private final List<String> all = new ArrayList<>();

        @Override
        public void exists(int count) {
            all.add("exists " + count);
        }

        @Override
        public void expunged(int number) {
            all.add("expunged " + number);
        }

        @Override
        public void fetched(Fetched message) {
            all.add("fetched %d %s %s".formatted(message.number(), message.uid(), message.flags()));
        }
    }

    private static <T> T playing(Doing<T> doing, String... more) throws Exception {
        try (ScriptedServer server = FakeClinic.playing(IN, more)) {
            return switch (open(server.port(), Where.Tls.IMPLICIT)) {
                case Entry.In(UpstreamClient client) -> doing.with(client);
                case Entry.Refused _, Entry.NotNow _ -> throw new AssertionError("not let in");
            };
        }
    }

    private static Entry open(int port, Where.Tls tls) throws Exception {
        return UpstreamClient.open(
                FakeClinic.at(port, tls),
                FakeClinic.HERE,
                Credentials.of("anna".getBytes(UTF_8), "secret".getBytes(UTF_8)));
    }

    /// Each of these answers ends the connection.
    private static void ends(Doing<?> doing, List<String> answers, String command) {
        for (String answer : answers) {
            assertThrows(
                    UpstreamException.class,
                    () -> playing(doing, "C p3 " + command, "S " + answer, "S p3 OK done"),
                    answer);
        }
    }

    @Test
    void foldersAreListed() throws Exception {
        List<RemoteFolder> all =
                playing(
                        UpstreamClient::list,
                        "C p3 LIST \"\" \"*\"",
                        "S * LIST (\\HasNoChildren) \".\" INBOX",
                        "S * list (\\Noselect) \"/\" \"a \\\"b\\\"\"",
                        "S * LIST () NIL {5}",
                        "S a\\b c",
                        "S * OK still here",
                        "S p3 OK done");
        assertEquals(
                List.of(
                        new RemoteFolder("INBOX", '.', true),
                        new RemoteFolder("a \"b\"", '/', false),
                        new RemoteFolder("a\\b c", (char) 0, true)),
                all);
    }

    @Test
    void whatIsNoAnswerEndsTheConnection() {
        ends(
                UpstreamClient::list,
                List.of(
                        "p3 NO no",
                        "p3 BAD what",
                        "p4 OK other",
                        "* BYE",
                        "* PREAUTH",
                        "+ more",
                        "",
                        "*",
                        "* LIST (((((((((((()))))))))))) \"/\" a",
                        "* LIST () \"/\" a)",
                        "* LIST (",
                        "* LIST () \"/\" \"no end",
                        "* LIST () \"/\" {4000000000}",
                        "* LIST () \"/\" {99999999999999999999}",
                        "* LIST () \"/\" {-1}",
                        "* LIST () \"/\" {1001}",
                        "* " + "x".repeat(70_000)),
                "LIST \"\" \"*\"");
        String[] endless = new String[5_000];
        endless[0] = "C p3 LIST \"\" \"*\"";
        for (int i = 1; i < endless.length; i++) {
            endless[i] = "S * LIST () \"/\" a" + i;
        }
        assertThrows(UpstreamException.class, () -> playing(UpstreamClient::list, endless));
    }

    @Test
    void aFolderIsOpenedToLook() throws Exception {
        Heard heard = new Heard();
        UpstreamClient.Opened opened =
                playing(
                        client -> {
                            UpstreamClient.Opened now =
                                    client.examine("a \"b", heard).orElseThrow();
                            client.flags(1, 2);
                            return now;
                        },
                        "C p3 EXAMINE \"a \\\"b\"",
                        // Of the folder before.
                        "S * 7 EXPUNGE",
                        "S * 6 FETCH (FLAGS ())",
                        "S * OK [CLOSED] left",
                        "S * 2 EXISTS",
                        "S * 0 RECENT",
                        "S * FLAGS (\\Seen)",
                        "S * OK [UIDVALIDITY 4294967295] holds",
                        "S * OK [UIDNEXT 12] next",
                        "S p3 OK [READ-ONLY] open",
                        "C p4 UID FETCH 1:* (UID FLAGS)",
                        "S * 1 FETCH (UID 3 FLAGS (\\Seen a))",
                        "S * 1 EXPUNGE",
                        "S * 1 FETCH (MODSEQ (5) FLAGS () UID 4)",
                        "S p4 OK done");
        assertEquals(new UpstreamClient.Opened(4_294_967_295L, 12), opened);
        assertEquals(
                List.of("exists 2", "fetched 1 3 [\\Seen, a]", "expunged 1", "fetched 1 4 []"),
                heard.all);
        assertThrows(
                UpstreamException.class,
                () ->
                        playing(
                                client -> client.examine("a", heard),
                                "C p3 EXAMINE \"a\"",
                                "S * 2 EXISTS",
                                "S p3 OK without UIDVALIDITY"));
        String gone = "S p3 NO [NONEXISTENT] gone";
        assertEquals(
                Optional.empty(),
                playing(client -> client.examine("a", heard), "C p3 EXAMINE \"a\"", gone));
        ends(
                client -> client.examine("a", heard),
                List.of(
                        "p3 NO [SERVERBUG] not now",
                        "p3 BAD what",
                        "* OK [UIDVALIDITY 4294967296] holds",
                        "* 100001 EXISTS",
                        "* 99999999999 EXISTS",
                        "* 1 FETCH UID",
                        "* 1 FETCH ()x"),
                "EXAMINE \"a\"");
    }

    /// Another program may empty a folder at once.
    @Test
    void allMessagesOfAFolderMayGo() throws Exception {
        List<String> script = new ArrayList<>();
        script.add("C p3 EXAMINE \"a\"");
        script.add("S * 3000 EXISTS");
        script.add("S * OK [UIDVALIDITY 7] holds");
        script.add("S p3 OK open");
        script.add("C p4 NOOP");
        script.addAll(Collections.nCopies(3_000, "S * 1 EXPUNGE"));
        script.add("S p4 OK done");
        Heard heard = new Heard();
        playing(
                client -> {
                    client.examine("a", heard);
                    client.noop();
                    return heard;
                },
                script.toArray(String[]::new));
        assertEquals(3_001, heard.all.size());
    }

    @Test
    void flagsThatComeWithALetterAreHeard() throws Exception {
        Heard heard = new Heard();
        playing(
                client -> {
                    client.hear(heard);
                    return client.letter(3, 8, new ByteArrayOutputStream());
                },
                "C p3 UID FETCH 3 (UID BODY.PEEK[])",
                "S * 1 FETCH (UID 3 FLAGS (\\Seen) BODY[] \"x\")",
                "S p3 OK done");
        assertEquals(List.of("fetched 1 3 [\\Seen]"), heard.all);
    }

    @Test
    void aFolderIsCountedWithoutOpeningIt() throws Exception {
        String command = "STATUS \"a\" (MESSAGES UNSEEN UIDVALIDITY UIDNEXT)";
        assertEquals(
                Optional.of(new UpstreamClient.Standing(3, 1, 7, 12)),
                playing(
                        client -> client.status("a"),
                        "C p3 " + command,
                        "S * STATUS a (UIDNEXT 12 messages 3 UNSEEN 1 X 4 UIDVALIDITY 7)",
                        "S p3 OK done"));
        assertEquals(
                Optional.empty(),
                playing(client -> client.status("a"), "C p3 " + command, "S p3 NO gone"));
        ends(
                client -> client.status("a"),
                List.of(
                        "p3 NO [INUSE] not now",
                        "* STATUS a (MESSAGES 3 UNSEEN 1 UIDNEXT 12)",
                        "* STATUS a (MESSAGES 100001 UNSEEN 1 UIDVALIDITY 7 UIDNEXT 12)",
                        "* STATUS a (MESSAGES 3 UNSEEN 1 UIDVALIDITY 0 UIDNEXT 12)",
                        "* STATUS a (MESSAGES 3 UNSEEN 1 UIDVALIDITY 7 UIDNEXT 0)",
                        "* STATUS a (MESSAGES (3) UNSEEN 1 UIDVALIDITY 7 UIDNEXT 12)",
                        "* STATUS a",
                        "* OK nothing"),
                command);
    }

    @Test
    void headsAreThoseThatWereAskedFor() throws Exception {
        String command = "UID FETCH 3,7 (UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]<0.262144>)";
        List<Fetched> heads =
                playing(
                        client -> client.heads(new int[] {3, 7}),
                        "C p3 " + command,
                        "S * 1 FETCH (UID 3 INTERNALDATE \" 1-Feb-2026 10:00:00 +0100\""
                                + " RFC822.SIZE 99 BODY[HEADER]<0> {8}",
                        "S A: b",
                        "S ",
                        "S )",
                        "S * 5 FETCH (FLAGS (\\Seen))",
                        "S p3 OK done");
        assertEquals(
                List.of(
                        new Fetched(
                                1,
                                3,
                                null,
                                99L,
                                Instant.parse("2026-02-01T09:00:00Z"),
                                "A: b\r\n\r\n")),
                heads);
        for (String year : List.of("0000", "+10000", "+999999999", "-0001")) {
            assertNull(arrived(command, " 1-Feb-" + year + " 10:00:00 +0000"), year);
        }
        assertNull(arrived(command, "31-Dec-9999 23:30:00 -0100"));
        assertEquals(
                Instant.parse("9999-12-31T23:59:59Z"),
                arrived(command, "31-Dec-9999 23:59:59 +0000"));
        for (String answer :
                List.of(
                        "* 1 FETCH (UID 4 BODY[HEADER]<0> \"x\")",
                        "* 1 FETCH (BODY[HEADER]<0> \"x\")",
                        "* 1 FETCH (UID 3 BODY[HEADER]<0> {262145}",
                        "* 1 FETCH (UID 3 BODY[HEADER]<0> {1}\r\nx BODY[HEADER]<0> {1001}",
                        "* 1 FETCH (UID 3" + " X {1000}\r\n%1000d".formatted(0).repeat(66) + ")",
                        "* 1 FETCH (UID 3 BODY[] {1002}",
                        "* 1 FETCH (UID 0 BODY[HEADER]<0> \"x\")",
                        "* 1 FETCH (UID 2147483647 BODY[HEADER]<0> \"x\")",
                        "* 1 FETCH (UID 3 RFC822.SIZE many)")) {
            ends(client -> client.heads(new int[] {3, 7}), List.of(answer), command);
        }
    }

    private static @Nullable Instant arrived(String command, String date) throws Exception {
        List<Fetched> heads =
                playing(
                        client -> client.heads(new int[] {3, 7}),
                        "C p3 " + command,
                        "S * 1 FETCH (UID 3 INTERNALDATE \"" + date + "\" BODY[HEADER]<0> \"x\")",
                        "S p3 OK done");
        return heads.getFirst().arrived();
    }

    @Test
    void aLetterIsTheOneThatWasAskedFor() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String command = "UID FETCH 3 (UID BODY.PEEK[])";
        assertEquals(
                true,
                playing(
                        client -> client.letter(3, 9, out),
                        "C p3 " + command,
                        "S * 1 FETCH (BODY[] {9}",
                        "S p3 OK x",
                        "S  UID 3)",
                        "S p3 OK done"));
        assertEquals("p3 OK x\r\n", out.toString(ISO_8859_1));
        assertEquals(
                true,
                playing(
                        client -> client.letter(3, 8, new ByteArrayOutputStream()),
                        "C p3 " + command,
                        "S * 1 FETCH (UID 3 BODY[] \"\")",
                        "S p3 OK done"));
        assertEquals(
                false,
                playing(
                        client -> client.letter(3, 8, new ByteArrayOutputStream()),
                        "C p3 " + command,
                        "S p3 OK done"));
        for (String answer :
                List.of(
                        "* 1 FETCH (UID 3 BODY[] {9}",
                        "* 1 FETCH (UID 4 BODY[] \"x\")",
                        "* 1 FETCH (BODY[] \"x\")",
                        "* 1 FETCH (UID 3 BODY[TEXT] {1002}",
                        "* 1 FETCH (UID 3 BODY[] {1}\r\nx BODY[] {1002}",
                        "* 1 FETCH (UID 3 BODY[] \"123456789\")",
                        "* X (BODY[] {1}\r\nx)",
                        "* X (BODY[] \"x\")",
                        "* 1 FETCH (Y BODY[] {1}\r\nx UID 3)",
                        "* 1 FETCH (BODY[] BODY[] {1}\r\nx UID 3)",
                        "* 1 FETCH (X (BODY[] {1}\r\nx) UID 3 BODY[] \"y\")")) {
            ends(
                    client -> client.letter(3, 8, new ByteArrayOutputStream()),
                    List.of(answer),
                    command);
        }
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        assertThrows(
                UpstreamException.class,
                () ->
                        playing(
                                client -> client.letter(3, 8, first),
                                "C p3 " + command,
                                "S * 1 FETCH (UID 3 BODY[] {1}",
                                "S x)",
                                "S * 1 FETCH (UID 3 BODY[] {1}",
                                "S y)",
                                "S p3 OK done"));
        assertEquals("x", first.toString(ISO_8859_1));
        Map<Integer, Long> sizes =
                playing(
                        client -> client.sizes(2),
                        "C p3 UID FETCH 1:* (UID RFC822.SIZE)",
                        "S * 1 FETCH (UID 3 RFC822.SIZE 10)",
                        "S p3 OK done");
        assertEquals(Map.of(3, 10L), sizes);
    }

    /// The password goes to a server that has proved its name, and to no other.
    @Test
    void nothingIsSaidToAServerThatIsNotProved() throws Exception {
        try (ScriptedServer server =
                ScriptedServer.underTls(
                        TestTls.server(TestAuthority.create().server("localhost")),
                        IN,
                        List.of())) {
            assertThrows(UpstreamException.class, () -> open(server.port(), Where.Tls.IMPLICIT));
            assertEquals("", server.heard());
        }
        for (List<String> script :
                List.of(
                        List.of("S * OK ready", "C p1 STARTTLS", "S p1 NO not here"),
                        List.of("S * OK ready", "C p1 STARTTLS", "S p1 OK\r\n* OK injected"),
                        List.of("S * PREAUTH in"),
                        List.of("S * BYE no"))) {
            try (ScriptedServer server = ScriptedServer.inClear(script)) {
                assertThrows(
                        UpstreamException.class,
                        () -> open(server.port(), Where.Tls.STARTTLS),
                        script::toString);
                assertFalse(server.heard().contains("AUTH"), script::toString);
            }
        }
    }

    private static Entry answered(int place, String line) throws Exception {
        List<String> script = new ArrayList<>(IN);
        script.set(place, line);
        try (ScriptedServer server = FakeClinic.playing(script)) {
            return open(server.port(), Where.Tls.IMPLICIT);
        }
    }

    /// Whoever does not tell one from the other tries a wrong password again and again.
    @Test
    void aRefusedPasswordIsOneAndNoFailure() throws Exception {
        for (String no :
                List.of(
                        "p2 NO [AUTHENTICATIONFAILED] no",
                        "p2 NO [AUTHORIZATIONFAILED] no",
                        "p2 NO [EXPIRED] no",
                        "p2 NO no",
                        "p2 BAD what",
                        "* BYE",
                        "* BYE too many failures")) {
            assertEquals(new Entry.Refused(), answered(7, "S " + no), no);
        }
        for (String code : List.of("UNAVAILABLE", "SERVERBUG", "inuse", "LIMIT")) {
            String text = "[" + code + "] not now";
            assertEquals(new Entry.NotNow(false), answered(7, "S p2 NO " + text), code);
            assertEquals(new Entry.NotNow(false), answered(7, "S * BYE " + text), code);
        }
        for (String no : List.of("p2 NO [CONTACTADMIN] locked", "* BYE [contactadmin] locked")) {
            assertEquals(new Entry.NotNow(true), answered(7, "S " + no), no);
        }
        assertThrows(UpstreamException.class, () -> answered(7, "S p3 OK other"));
        assertThrows(
                UpstreamException.class,
                () -> answered(2, "S * CAPABILITY IMAP4rev1 LOGINDISABLED"));
    }

    /// Whether it was shown tells a server that hangs up on a wrong password from one that is away.
    @Test
    void aPasswordIsShownWhereALogInBegins() throws Exception {
        Credentials hers = Credentials.of("anna".getBytes(UTF_8), "secret".getBytes(UTF_8));
        List<String> unanswered = IN.subList(0, IN.size() - 1);
        assertThrows(UpstreamException.class, () -> logIn(unanswered.subList(0, 4), hers));
        assertEquals(0, hers.shown());
        assertThrows(UpstreamException.class, () -> logIn(unanswered, hers));
        assertEquals(1, hers.shown());
        hers.close();
        assertThrows(UpstreamException.class, () -> logIn(IN, hers));
        assertEquals(1, hers.shown());
    }

    private static Entry logIn(List<String> script, Credentials credentials) throws Exception {
        try (ScriptedServer server = FakeClinic.playing(script)) {
            return UpstreamClient.open(FakeClinic.at(server.port()), FakeClinic.HERE, credentials);
        }
    }
}
