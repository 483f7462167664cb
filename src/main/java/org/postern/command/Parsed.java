package org.postern.command;

/// What parameters say, or why they cannot be taken.
public sealed interface Parsed<T> {
    record Good<T>(T value) implements Parsed<T> {}

    /// A parameter of an extension that is not offered to this client: 555 (RFC 5321 §4.1.1.11).
    record Unknown<T>() implements Parsed<T> {}

    /// A parameter whose value is none: 501.
    record Invalid<T>() implements Parsed<T> {}
}
