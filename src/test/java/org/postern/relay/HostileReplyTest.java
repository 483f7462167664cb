package org.postern.relay;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.relay.TestRelay.A;
import static org.postern.relay.TestRelay.FROM;
import static org.postern.relay.TestRelay.mail;
import static org.postern.testkit.FakeNextHop.Act.raw;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.mail.DeliveryOutcome;
import org.postern.testkit.FakeNextHop;
import org.postern.testkit.HostileWords;
import org.postern.testkit.LogBook;

/// S32: what a next hop says goes into log, audit and reports as its codes alone, whatever else it
/// says with them.
class HostileReplyTest {
    /// `*` stands for the words.
    private static final List<String> REPLIES =
            List.of(
                    "250 *\r\n",
                    "250-*\r\n250 2.0.0 *\r\n",
                    "250-X\r\n250-SIZE *\r\n250-AUTH *\r\n250 *\r\n",
                    "220 *\r\n",
                    "354 *\r\n",
                    "421 4.3.2 *\r\n",
                    "451 4.7.1 *\r\n",
                    "451 4.7.1*\r\n",
                    "550 *\r\n",
                    "550 5.7.1 *\r\n",
                    "550-5.7.1 *\r\n550 5.7.1 *\r\n",
                    "550-5.7.1 *\r\n451 4.7.1 *\r\n",
                    "*\r\n",
                    "2*\r\n",
                    "999 *\r\n");

    @Test
    void itsWordsGoNoFurther() throws IOException {
        int failed = 0;
        for (String moment :
                List.of("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END", "RSET", "QUIT")) {
            for (String reply : REPLIES) {
                for (String words : HostileWords.ALL) {
                    failed += failed(moment, reply.replace("*", words), words) ? 1 : 0;
                }
            }
        }
        assertTrue(failed > 100, "some of these are a no: " + failed);
    }

    private static boolean failed(String moment, String reply, String words) throws IOException {
        String where = moment + " " + reply;
        try (FakeNextHop hop = FakeNextHop.plain();
                LogBook log = LogBook.of("org.postern")) {
            // Once: a second time it is an ordinary server, to which the second message goes.
            hop.once(moment, raw(reply).thenClose());
            RelayResult result;
            try (Relay relay = TestRelay.create()) {
                NextHop next = NextHop.clear("localhost", hop.port());
                result = relay.send(next, mail(FROM, List.of(A), TestRelay.content("x\r\n")));
            }
            log.rendered().forEach(HostileWords::assertHarmless);
            assertTrue(log.lines().stream().noneMatch(line -> line.contains(words)), where);
            String told =
                    switch (result) {
                        case RelayResult.Unproved(String reason, _) -> reason;
                        case RelayResult.Unprovable(String reason) -> reason;
                        case RelayResult.Unreachable(String reason, _) -> reason;
                        case RelayResult.Sent(var outcomes) -> String.valueOf(outcomes.get(A));
                    };
            HostileWords.assertHarmless(told);
            HostileWords.assertHarmlessReplies(told);
            assertFalse(told.contains(words), where + ": " + told);
            return result instanceof RelayResult.Sent(var outcomes)
                    && outcomes.get(A) instanceof DeliveryOutcome.Failed;
        }
    }

    /// A reply whose code says no is a no, however its words would like to be read.
    @Test
    void itsWordsAreNoReplyOfTheirOwn() throws IOException {
        for (String words : List.of("\n250 2.0.0 Ok", "\r250 2.0.0 Ok", "\u0000\n250 Ok")) {
            try (FakeNextHop hop = FakeNextHop.plain();
                    Relay relay = TestRelay.create()) {
                hop.on("RCPT", raw("550 5.1.1 no" + words + "\r\n"));
                NextHop next = NextHop.clear("localhost", hop.port());
                RelayResult result =
                        relay.send(next, mail(FROM, List.of(A), TestRelay.content("x\r\n")));
                var outcomes = assertInstanceOf(RelayResult.Sent.class, result).outcomes();
                assertFalse(outcomes.get(A) instanceof DeliveryOutcome.Relayed, words);
            }
        }
    }
}
