package org.postern.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedForTest {
    private static final Networks PROXIES =
            ((Networks.Parsed.Good) Networks.parse(List.of("127.0.0.0/8", "::1", "10.9.0.0/16")))
                    .networks();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                // connection; field; who asks
                "127.0.0.1; 203.0.113.7; 203.0.113.7",
                "::1; 2001:DB8::7; 2001:db8:0:0:0:0:0:7",
                "127.0.0.1; '203.0.113.7, 10.9.0.3'; 203.0.113.7",
                // What the client wrote itself stands in front of what our proxy knows.
                "127.0.0.1; '198.51.100.1, 203.0.113.7'; 203.0.113.7",
                "127.0.0.1; '127.0.0.1, 203.0.113.7'; 203.0.113.7",
                // Nobody else is believed.
                "203.0.113.7; 198.51.100.1; 203.0.113.7",
                "203.0.113.7; 127.0.0.1; 203.0.113.7",
                // What is no address ends what is believed.
                "127.0.0.1; unknown; 127.0.0.1",
                "127.0.0.1; 'evil.example, 10.9.0.3'; 10.9.0.3",
                "127.0.0.1; '203.0.113.7, '; 127.0.0.1",
                "127.0.0.1; ' '; 127.0.0.1",
                "127.0.0.1; '0.0.0.0'; 127.0.0.1",
                "127.0.0.1; '1, 2'; 127.0.0.1",
            })
    void theLastThatIsNoProxyOfOursAsks(String peer, String field, String client) {
        assertEquals(client, ForwardedFor.client(peer, List.of(field), PROXIES));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 500, 5_000})
    void howeverMuchSomebodyWritesBeforeOurProxyAddsWhoHeIs(int times) {
        List<String> fields =
                List.of("x".repeat(times) + ", 198.51.100.1".repeat(times), "203.0.113.7");
        assertEquals("203.0.113.7", ForwardedFor.client("127.0.0.1", fields, PROXIES));
    }
}
