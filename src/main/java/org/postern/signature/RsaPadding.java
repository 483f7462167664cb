package org.postern.signature;

/// How RSA keys sign.
public enum RsaPadding {
    /// RFC 8017 §8.2. Every client verifies it.
    PKCS1,
    /// RSASSA-PSS (RFC 8017 §8.1, RFC 4056). Better; RFC 8551 §2.2 calls it a SHOULD, and older
    /// clients do not verify it.
    PSS
}
