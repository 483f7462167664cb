package org.postern.entrance;

import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// What of the octets of messages was asked for: anything else that is long ends the connection.
///
/// @param section as it is told, such as `BODY[]`; empty for nothing
/// @param octetsMax of one; a response holds one
/// @param sink takes the only one of a command; null where each is kept in memory
public record Wanted(String section, long octetsMax, @Nullable OutputStream sink) {
    public static final Wanted NOTHING = new Wanted("", 0, null);
}
