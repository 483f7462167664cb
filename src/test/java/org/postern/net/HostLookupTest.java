package org.postern.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostLookupTest {
    private static final HostLookup SYSTEM = HostLookup.system(Duration.ofSeconds(20));

    @Test
    void literalsAreNotLookedUp() throws IOException {
        assertEquals(List.of(InetAddress.ofLiteral("192.0.2.7")), SYSTEM.addresses("192.0.2.7"));
        assertEquals(List.of(InetAddress.ofLiteral("::1")), SYSTEM.addresses("::1"));
    }

    @Test
    void namesAreLookedUp() throws IOException {
        assertTrue(SYSTEM.addresses("localhost").getFirst().isLoopbackAddress());
        // RFC 6761 §6.4: never resolves, and no name server is asked about a label this long.
        String impossible = "x".repeat(64) + ".invalid";
        assertThrows(UnknownHostException.class, () -> SYSTEM.addresses(impossible));
    }
}
