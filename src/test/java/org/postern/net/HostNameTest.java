package org.postern.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.cert.X509Certificate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.pki.Authority;
import org.postern.pki.KeyKind;
import org.postern.testkit.TestAuthority;

class HostNameTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    @Test
    void namesMatch() {
        good("mail.x.example", "mail.x.example", "MAIL.X.Example", "mail.x.example.");
        good("*.x.example", "a.x.example", "MX1.X.EXAMPLE");
        good("192.0.2.7", "192.0.2.7");
        good("2001:db8::1", "2001:db8::1", "2001:DB8:0::1");
    }

    @Test
    void namesDoNotMatch() {
        bad("mail.x.example", "x.example", "a.mail.x.example", "mail.x.example.evil.example");
        bad("*.x.example", "x.example", "a.b.x.example", ".x.example", "*.example");
        bad("*.example", "x.example"); // nobody speaks for a top-level domain
        bad("192.0.2.7", "192.0.2.8", "7.2.0.192.example");
    }

    @Test
    void aCommonNameProvesNothing() {
        X509Certificate named =
                Authority.create("mail.x.example", KeyKind.P_256, TestAuthority.VALID)
                        .certificate();
        assertEquals(
                Optional.of(
                        "its certificate is for no host at all (it has no subjectAltName), not for"
                                + " mail.x.example"),
                HostName.objection(named, "mail.x.example"));
    }

    @Test
    void aReasonListsAFewNames() {
        X509Certificate many =
                AUTHORITY
                        .server("a.example", "b.example", "c.example", "d.example", "10.0.0.1")
                        .certificate();
        assertEquals(
                Optional.of(
                        "its certificate is for a.example, b.example, c.example and 2 more, not for"
                                + " e.example"),
                HostName.objection(many, "e.example"));
    }

    private static void good(String name, String... hosts) {
        X509Certificate certificate = AUTHORITY.server(name).certificate();
        for (String host : hosts) {
            assertEquals(Optional.empty(), HostName.objection(certificate, host));
        }
    }

    private static void bad(String name, String... hosts) {
        X509Certificate certificate = AUTHORITY.server(name).certificate();
        for (String host : hosts) {
            assertEquals(true, HostName.objection(certificate, host).isPresent(), host);
        }
    }
}
