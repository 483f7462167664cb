package org.postern.handout;

/// How a key is packed.
public enum PackForm {
    /// PBES2 with PBKDF2, HMAC-SHA-256 and AES-256-CBC, and HMAC-SHA-256 over the whole (RFC 8018,
    /// RFC 7292).
    MODERN,
    /// Three-key triple DES and HMAC-SHA-1, as RFC 7292 appendices B and C have it: for programs
    /// that take the other one for a wrong passphrase. It holds because the passphrase does: nobody
    /// guesses 99 bits, and neither collisions of SHA-1 nor the short blocks of triple DES are of
    /// use against a few kibioctets that were encrypted once.
    OLDER
}
