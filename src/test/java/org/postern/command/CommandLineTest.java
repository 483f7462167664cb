package org.postern.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;

class CommandLineTest {
    @Test
    void aCommandIsAVerbAndAnArgument() {
        good("EHLO a.example", CommandLine.Verb.EHLO, "a.example");
        good("ehlo a.example  ", CommandLine.Verb.EHLO, "a.example");
        good("MAIL FROM:<a@b> SIZE=1", CommandLine.Verb.MAIL, "FROM:<a@b> SIZE=1");
        good("QUIT", CommandLine.Verb.QUIT, "");
        good("bdat 20 last", CommandLine.Verb.BDAT, "20 last");
        good("get / HTTP/1.1", CommandLine.Verb.HTTP, "/ HTTP/1.1");
        good("XCLIENT NAME=x", CommandLine.Verb.UNKNOWN, "NAME=x");
        good("UNKNOWN", CommandLine.Verb.UNKNOWN, "");
        good("HTTP", CommandLine.Verb.UNKNOWN, "");
        good("", CommandLine.Verb.UNKNOWN, "");
        good(" QUIT", CommandLine.Verb.UNKNOWN, "QUIT");
    }

    @Test
    void whatIsNotPrintableAsciiIsNoCommand() {
        for (String octet : new String[] {"\0", "\t", "\r", "\n", "\u001b", "\u007f", "\u0080"}) {
            assertTrue(CommandLine.parse("NOOP" + octet).isEmpty());
            assertTrue(CommandLine.parse("NOOP " + octet + "x").isEmpty());
        }
    }

    @Test
    void theArgumentIsNotPrinted() {
        CommandLine command = CommandLine.parse("AUTH PLAIN AGEAYg==").orElseThrow();
        assertEquals("AUTH", command.toString());
    }

    @Test
    void pathsAndParameters() {
        path("FROM:<a@b.example>", "a@b.example", Map.of());
        path("from:<>", "", Map.of());
        path("FROM: <a@b.example>", "a@b.example", Map.of());
        path(
                "FROM:<a@b.example> SIZE=1 body=8BITMIME X-y",
                "a@b.example",
                Map.of("SIZE", "1", "BODY", "8BITMIME", "X-Y", ""));
        path("FROM:<\"a>b\"@c.example> SIZE=1", "\"a>b\"@c.example", Map.of("SIZE", "1"));
        path("FROM:<\"a\\\">b\"@c.example>", "\"a\\\">b\"@c.example", Map.of());
        path("FROM:<<a@b.example>", "<a@b.example", Map.of());
        noPath("FROM");
        noPath("FROM:");
        noPath("FROM:a@b.example");
        noPath("FROM:<a@b.example");
        noPath("TO:<a@b.example>");
        noPath("FROM:\"x\" <a@b.example>");
        noPath("FROM:<a@b.example>>");
        noPath("FROM:<a@b.example>x=y");
        noPath("FROM:<a@b.example> =y");
        noPath("FROM:<a@b.example> x=");
        noPath("FROM:<a@b.example> x=y=z");
        noPath("FROM:<a@b.example> -x");
        noPath("FROM:<a@b.example> x!");
        noPath("FROM:<a@b.example> x X");
        noPath("FROM:<\"a@b.example>");
    }

    @Test
    void onlyAMailboxIsAMailbox() {
        mailbox("a@b.example", "a@b.example");
        mailbox("a@LOCALHOST", "a@localhost");
        mailbox("a@b.xn--p1ai", "a@b.xn--p1ai");
        mailbox("\"a b\"@B.example", "\"a b\"@b.example");
        for (String other :
                new String[] {
                    "",
                    "a",
                    "postmaster",
                    "@x.example:a@b.example",
                    "a@b.example.",
                    "a@[127.0.0.1]",
                    "a@127.0.0.1",
                    "a@2130706433",
                    "a@0x7f000001",
                    "a@b@c.example",
                    "a @b.example",
                    "<a@b.example"
                }) {
            PathArguments path = new PathArguments(other, Map.of());
            assertTrue(path.mailbox().isEmpty(), other);
            assertFalse(path.holdsEncodedWord(), other);
        }
        assertTrue(new PathArguments("PostMaster", Map.of()).isPostmaster());
        assertTrue(new PathArguments("", Map.of()).isNull());
    }

    /// A01, A02: read as it is written it is an address; a program behind us may decode it.
    @Test
    void anEncodedWordIsInNoPath() {
        for (String path :
                new String[] {
                    "=?iso-8859-1?q?bob=40evil?=@clinic.example",
                    "=?utf-7?q?bob+AEA-evil?=@clinic.example",
                    "=?UTF-8?B?Ym9iQGV2aWw=?=@clinic.example",
                    "=?x?q??=@clinic.example",
                    "=??q?a?b?=@clinic.example",
                    "bob+=?x?q?a?=+tag@clinic.example",
                    "\"=?x?q?a b?=\"@clinic.example",
                    "\"=\\?x?q?a?=\"@clinic.example"
                }) {
            assertTrue(new PathArguments(path, Map.of()).holdsEncodedWord(), path);
            assertTrue(new PathArguments(path, Map.of()).mailbox().isEmpty(), path);
            // What was stored when such paths were taken is read as before.
            assertTrue(Address.parse(path).isPresent(), path);
        }
        for (String other :
                new String[] {"=?a?=@b.example", "a=?b=c?=d@b.example", "?=?@b.example"}) {
            mailbox(other, other);
            assertFalse(new PathArguments(other, Map.of()).holdsEncodedWord(), other);
        }
    }

    private static void good(String line, CommandLine.Verb verb, String argument) {
        assertEquals(new CommandLine(verb, argument), CommandLine.parse(line).orElseThrow());
    }

    private static void path(String argument, String path, Map<String, String> parameters) {
        assertEquals(
                new PathArguments(path, parameters),
                PathArguments.parse("FROM:", argument).orElseThrow());
    }

    private static void noPath(String argument) {
        assertTrue(PathArguments.parse("FROM:", argument).isEmpty(), argument);
    }

    private static void mailbox(String path, String address) {
        assertEquals(Address.parse(address), new PathArguments(path, Map.of()).mailbox());
    }
}
