package org.postern.origin;

import java.io.IOException;
import java.util.List;

/// What DNS says, as far as the origin of a message needs it.
@FunctionalInterface
public interface OriginDns {
    /// The kinds of records that are asked for.
    enum Kind {
        A,
        AAAA,
        MX,
        PTR,
        TXT
    }

    /// Records of a name: addresses as literals, names without a dot at the end, MX in the order of
    /// preference, TXT each joined from its strings, octets as characters of ISO 8859-1.
    ///
    /// @param name without a dot at the end; perhaps no valid name, which then has no records
    /// @return empty if the name or the kind does not exist
    /// @throws IOException if that cannot be found out now
    List<String> look(String name, Kind kind) throws IOException;
}
