package org.postern.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalLong;

/// A message that can write itself: header section, empty line, body, CRLF line ends.
///
/// What is encrypted on its way out is one of these, so that no plaintext or ciphertext copy of it
/// has to lie anywhere.
@FunctionalInterface
public interface ContentWriter {
    /// Writes the whole message. May be called again after a failed attempt, and writes a message
    /// of the same meaning then.
    ///
    /// @throws IOException if the stream fails or the content cannot be read whole and true; what
    ///   was written until then must not be taken for a message
    void writeTo(OutputStream out) throws IOException;

    /// How many octets it writes; empty if that is not known before.
    default OptionalLong octets() {
        return OptionalLong.empty();
    }
}
