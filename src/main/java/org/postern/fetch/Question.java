package org.postern.fetch;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is asked of a web server, and how much of it is borne.
///
/// @param accept the media type that is wanted
/// @param posted what is sent with POST; null for GET
public record Question(URI uri, String accept, @Nullable Posted posted, Limits limits) {
    /// @param type its media type
    @SuppressWarnings("ArrayRecordComponent") // It is never compared.
    public record Posted(String type, byte[] octets) {}

    /// @param octets of a body
    /// @param time for all of it, from the look-up of the host to the last octet
    public record Limits(int octets, Duration time) {}

    /// A GET.
    public static Question get(URI uri, String accept, Limits limits) {
        return new Question(uri, accept, null, limits);
    }

    /// A POST.
    public static Question post(URI uri, String accept, Posted posted, Limits limits) {
        return new Question(uri, accept, posted, limits);
    }
}
