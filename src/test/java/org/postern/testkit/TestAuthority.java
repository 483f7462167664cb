package org.postern.testkit;

import java.time.Duration;
import java.time.Instant;
import org.postern.mail.Address;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Validity;

/// Makes the keys and certificates of tests, good and bad ones. Its authority is an EC one, so that
/// making it takes no time.
///
/// Everything is valid from an hour before [#NOW] for ten years, if the name does not say
/// otherwise. Real TLS handshakes in tests look at the real clock, which lies within that time.
public final class TestAuthority {
    /// The day on which tests take place.
    public static final Instant NOW = Instant.parse("2026-01-15T09:00:00Z");

    /// The usual validity.
    public static final Validity VALID = Validity.from(NOW, Duration.ofDays(3_650));

    private final Authority authority;

    private TestAuthority(Authority authority) {
        this.authority = authority;
    }

    /// A new root with its own key.
    public static TestAuthority create() {
        return new TestAuthority(Authority.create("Test Root", KeyKind.P_256, VALID));
    }

    /// An authority below this one.
    public TestAuthority subordinate() {
        return new TestAuthority(authority.subordinate("Test Sub", KeyKind.P_256, VALID));
    }

    /// What it is made of.
    public Authority authority() {
        return authority;
    }

    /// A TLS server's key and certificate (P-256) for host names and IP addresses.
    public Identity server(String... hosts) {
        return authority.issue(CertificateRequest.server(KeyKind.P_256, VALID, hosts));
    }

    /// A TLS server's certificate that ended a day before [#NOW].
    public Identity expiredServer(String... hosts) {
        return authority.issue(CertificateRequest.server(KeyKind.P_256, past(), hosts));
    }

    /// A TLS server's certificate that nobody but itself signed.
    public static Identity selfSignedServer(String... hosts) {
        return Authority.selfSigned(CertificateRequest.server(KeyKind.P_256, VALID, hosts));
    }

    /// A person's S/MIME key (P-256) and certificate.
    public Identity person(String address) {
        return person(address, KeyKind.P_256);
    }

    /// A person's S/MIME key and certificate.
    public Identity person(String address, KeyKind kind) {
        return authority.issue(request(address, kind));
    }

    /// A person's certificate that ended a day before [#NOW].
    public Identity expiredPerson(String address) {
        return authority.issue(
                CertificateRequest.person(KeyKind.P_256, past(), Address.of(address)));
    }

    /// A person's certificate that begins a day after [#NOW].
    public Identity futurePerson(String address) {
        Validity later = new Validity(NOW.plus(Duration.ofDays(1)), VALID.notAfter());
        return authority.issue(
                CertificateRequest.person(KeyKind.P_256, later, Address.of(address)));
    }

    /// The request for a person's usual certificate, to be altered by its `with...`.
    public static CertificateRequest request(String address, KeyKind kind) {
        return CertificateRequest.person(kind, VALID, Address.of(address));
    }

    private static Validity past() {
        return new Validity(NOW.minus(Duration.ofDays(366)), NOW.minus(Duration.ofDays(1)));
    }
}
