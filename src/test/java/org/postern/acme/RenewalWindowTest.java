package org.postern.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.net.TlsTrust;
import org.postern.store.FileDisk;
import org.postern.testkit.FakeWeb;
import org.postern.testkit.TestAuthority;

/// What an authority says of the renewal of a certificate (RFC 9773), as acme4j asks it.
class RenewalWindowTest {
    private static final String HOST = "pages.clinic.example";
    private static final TestAuthority ISSUER = TestAuthority.create();
    private static final X509Certificate CERTIFICATE = ISSUER.server(HOST).certificate();

    @TempDir Path temporary;

    private FakeWeb web;

    @BeforeEach
    void open() throws IOException {
        web = FakeWeb.start();
    }

    @AfterEach
    void close() throws IOException {
        web.close();
    }

    @Test
    void theWindowIsReadByTheNameOfTheCertificate() throws Exception {
        directory("{\"renewalInfo\": \"%s/ari\"}".formatted(root()));
        json(
                "/ari/" + name(),
                """
                {"suggestedWindow":
                    {"start": "2026-06-01T10:00:00Z", "end": "2026-06-02T10:00:00Z"}}
                """);
        assertEquals(
                Optional.of(
                        new Authority.Window(
                                Instant.parse("2026-06-01T10:00:00Z"),
                                Instant.parse("2026-06-02T10:00:00Z"))),
                authority().window(CERTIFICATE));
        assertTrue(web.asked().stream().noneMatch(it -> it.startsWith("POST")), "no account");
    }

    @Test
    void whoSaysNothingOfItIsNotAsked() throws Exception {
        directory("{\"newNonce\": \"%s/nonce\"}".formatted(root()));
        assertEquals(Optional.empty(), authority().window(CERTIFICATE));
        assertEquals(1, web.asked().size());
    }

    @Test
    void nonsenseIsNoWindow() throws Exception {
        directory("{\"renewalInfo\": \"%s/ari\"}".formatted(root()));
        for (String answer :
                List.of(
                        "{}",
                        "{\"suggestedWindow\": {\"start\": \"soon\", \"end\": \"later\"}}",
                        "{\"suggestedWindow\": {\"start\": \"2026-06-03T10:00:00Z\","
                                + " \"end\": \"2026-06-02T10:00:00Z\"}}")) {
            json("/ari/" + name(), answer);
            assertThrows(AuthorityException.class, () -> authority().window(CERTIFICATE), answer);
        }
    }

    /// RFC 9773 §4.1.
    private static String name() throws Exception {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        byte[] key =
                AuthorityKeyIdentifier.fromExtensions(
                                new JcaX509CertificateHolder(CERTIFICATE).getExtensions())
                        .getKeyIdentifierOctets();
        return base64.encodeToString(key)
                + "."
                + base64.encodeToString(CERTIFICATE.getSerialNumber().toByteArray());
    }

    private String root() {
        return "http://127.0.0.1:" + web.port();
    }

    private void directory(String json) {
        json("/dir", json);
    }

    private void json(String path, String json) {
        web.say(
                path,
                FakeWeb.raw(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                                + json.length()
                                + "\r\nConnection: close\r\n\r\n"
                                + json));
    }

    private AcmeAuthority authority() {
        TlsTrust trust = TlsTrust.of(List.of(ISSUER.authority().certificate()), Clock.systemUTC());
        return new AcmeAuthority(
                new AcmeAuthority.Terms(
                        URI.create(root() + "/dir"), Address.of("it@clinic.example"), trust),
                new AcmeFolder(new FileDisk(), temporary.resolve("acme"), HOST),
                new SecureRandom());
    }
}
