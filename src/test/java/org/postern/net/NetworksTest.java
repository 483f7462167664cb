package org.postern.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworksTest {
    @Test
    void addressesAreFoundInTheirNetworks() {
        in("192.0.2.0/24", "192.0.2.0", "192.0.2.255", "::ffff:192.0.2.7");
        out("192.0.2.0/24", "192.0.3.0", "192.0.1.255", "2001:db8::1", "::192.0.2.7");
        in("192.0.2.128/25", "192.0.2.128", "192.0.2.255");
        out("192.0.2.128/25", "192.0.2.127");
        in("192.0.2.7", "192.0.2.7");
        out("192.0.2.7", "192.0.2.6");
        in("192.0.2.7/32", "192.0.2.7");
        in("0.0.0.0/0", "8.8.8.8", "127.0.0.1");
        out("0.0.0.0/0", "::1");
        in("2001:db8::/32", "2001:db8::1", "2001:db8:ffff::");
        out("2001:db8::/32", "2001:db9::1", "10.0.0.1");
        in("2001:db8:0:8000::/49", "2001:db8:0:8000::1");
        out("2001:db8:0:8000::/49", "2001:db8:0:7fff::1");
        in("::1", "::1");
        in("::/0", "::1");
        out("::/0", "127.0.0.1");
    }

    @Test
    void aListContainsWhatOneOfItsNetworksContains() {
        Networks networks = good("10.0.0.0/8", " 192.0.2.7 ", "::1");
        assertTrue(networks.contains(InetAddress.ofLiteral("192.0.2.7")));
        assertTrue(networks.contains(InetAddress.ofLiteral("::1")));
        assertFalse(networks.contains(InetAddress.ofLiteral("192.0.2.8")));
        assertFalse(Networks.NONE.contains(InetAddress.ofLiteral("::1")));
        assertEquals("[10.0.0.0/8, 192.0.2.7/32, 0:0:0:0:0:0:0:1/128]", networks.toString());
    }

    @Test
    void badEntriesAreNamed() {
        String form = " is not a network; write it like 192.0.2.0/24 or 2001:db8::/32";
        bad("", "\"\"" + form);
        bad("localhost", "\"localhost\"" + form);
        bad("mail.clinic.example/24", "\"mail.clinic.example/24\"" + form);
        bad("10.1/16", "\"10.1/16\"" + form); // short forms mean different things to readers
        bad("010.0.0.1", "\"010.0.0.1\"" + form); // octal to some
        bad("256.0.0.1", "\"256.0.0.1\"" + form);
        bad("fe80::1%eth0", "\"fe80::1%eth0\"" + form);
        bad("[::1]", "\"[::1]\"" + form);
        bad("10.0.0.0/33", "\"10.0.0.0/33\": the prefix length must be a number from 0 to 32");
        bad("::/129", "\"::/129\": the prefix length must be a number from 0 to 128");
        bad("10.0.0.0/", "\"10.0.0.0/\": the prefix length must be a number from 0 to 32");
        bad("10.0.0.0/08", "\"10.0.0.0/08\": the prefix length must be a number from 0 to 32");
        bad(
                "10.0.0.0/255.0.0.0",
                "\"10.0.0.0/255.0.0.0\": the prefix length must be a number from" + " 0 to 32");
        bad("10.0.0.1/8", "\"10.0.0.1/8\" has bits beyond its prefix; did you mean 10.0.0.0/8?");
    }

    @Test
    void allBadEntriesAreNamedAtOnce() {
        Networks.Parsed parsed = Networks.parse(List.of("x", "10.0.0.0/8", "y"));
        assertEquals(2, assertInstanceOf(Networks.Parsed.Bad.class, parsed).problems().size());
    }

    private static void in(String network, String... addresses) {
        for (String address : addresses) {
            assertTrue(good(network).contains(InetAddress.ofLiteral(address)), address);
        }
    }

    private static void out(String network, String... addresses) {
        for (String address : addresses) {
            assertFalse(good(network).contains(InetAddress.ofLiteral(address)), address);
        }
    }

    private static Networks good(String... entries) {
        Networks.Parsed parsed = Networks.parse(List.of(entries));
        return assertInstanceOf(Networks.Parsed.Good.class, parsed).networks();
    }

    private static void bad(String entry, String problem) {
        assertEquals(new Networks.Parsed.Bad(List.of(problem)), Networks.parse(List.of(entry)));
    }

    @Test
    void whatNoHostOfTheInternetHas() {
        for (String special :
                new String[] {
                    "0.0.0.0",
                    "10.1.2.3",
                    "127.0.0.53",
                    "169.254.169.254",
                    "172.31.255.255",
                    "192.168.0.1",
                    "100.127.255.255",
                    "198.19.0.1",
                    "224.0.0.1",
                    "255.255.255.255",
                    "::",
                    "::1",
                    "::127.0.0.1",
                    "64:ff9b::7f00:1",
                    "fe80::1",
                    "fc00::1",
                    "fdff::1",
                    "ff02::1",
                    "2001:db8::1",
                    "2001:0:1::1",
                    "2002:7f00:1::",
                    "4000::1",
                    "::ffff:10.0.0.1"
                }) {
            assertTrue(Networks.SPECIAL.contains(InetAddress.ofLiteral(special)), special);
        }
        for (String usual :
                new String[] {
                    "1.1.1.1",
                    "9.9.9.9",
                    "11.0.0.1",
                    "126.0.0.1",
                    "172.15.0.1",
                    "172.32.0.1",
                    "100.63.0.1",
                    "100.128.0.1",
                    "192.169.0.1",
                    "198.17.0.1",
                    "198.20.0.1",
                    "223.255.255.255",
                    "2001:4860::1",
                    "2600::1",
                    "2a00:1450::1",
                    "2400::1"
                }) {
            assertFalse(Networks.SPECIAL.contains(InetAddress.ofLiteral(usual)), usual);
        }
    }
}
