package org.postern.relay;

/// What a next hop must prove before the envelope and the content leave.
public enum TlsMode {
    /// Nothing: clear text, for a next hop inside the clinic's own walls.
    NONE,
    /// Nothing, but TLS with whoever answers where it can be had (RFC 7435); clear text otherwise.
    OPPORTUNISTIC,
    /// Who it is, as the hop's proof says, after STARTTLS (RFC 3207).
    VERIFIED,
    /// The same, with TLS from the first octet, as on port 465 (RFC 8314 §3.3).
    VERIFIED_IMPLICIT;

    /// Whether nothing at all may leave without proof.
    public boolean demandsProof() {
        return switch (this) {
            case NONE, OPPORTUNISTIC -> false;
            case VERIFIED, VERIFIED_IMPLICIT -> true;
        };
    }
}
