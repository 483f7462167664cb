package org.postern.facts;

import java.util.Locale;

/// What the outermost part of a message says of itself by its media type (RFC 8551 §3.2, RFC 3156).
/// A label is a claim: whoever rests protection on it has to look inside.
public enum SmimeLabel {
    /// Neither.
    NONE,
    SIGNED,
    ENCRYPTED;

    /// As a policy file says it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
