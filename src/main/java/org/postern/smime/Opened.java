package org.postern.smime;

import org.postern.mail.Content;

/// What became of opening an encrypted message. Only `Plain` and `Unauthenticated` hand anything
/// out.
public sealed interface Opened {
    /// The entity that was encrypted, authenticated as a whole before its first octet is given.
    ///
    /// @param entity with its protected header section (RFC 9788); decrypts anew for each reader
    record Plain(Content entity) implements Opened {}

    /// The same of an EnvelopedData: text, but nobody vouches that it is the text that was
    /// encrypted.
    record Unauthenticated(Content entity) implements Opened {}

    /// The root entity is not enveloped.
    record NotEnveloped() implements Opened {}

    /// It is encrypted, but to none of the keys given.
    record NoKey() implements Opened {}

    /// Encrypted in a way that is not read.
    ///
    /// @param reason for people
    record Unsupported(String reason) implements Opened {}

    /// It was changed on its way, or never was whole. Nothing more is told, so that nobody learns
    /// about a key by trying (RFC 3218).
    record Damaged() implements Opened {}
}
