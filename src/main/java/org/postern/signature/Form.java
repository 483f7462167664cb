package org.postern.signature;

/// Where the content of a signed message stands.
public enum Form {
    /// Before the signature, to be read by programs that know no S/MIME: multipart/signed (RFC 8551
    /// §3.5.3).
    CLEAR,
    /// Inside the signature, so that no hop can change a line of it: SignedData (RFC 8551 §3.5.2).
    OPAQUE
}
