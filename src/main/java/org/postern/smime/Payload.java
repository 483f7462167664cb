package org.postern.smime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;

/// A message made ready for its cryptographic layers: RFC 9788 calls what is inside all of them the
/// payload. The layers are put around the entity, and the fields outside around the last layer.
///
/// @param outer fields that stand outside, without MIME fields and without the empty line; octets
///   as characters of ISO 8859-1
/// @param entity what is signed or encrypted, with a protected header section of its own; readable
///   as long as the message is
public record Payload(String outer, Content entity) {
    /// What the layers around a payload keep from those on the way, and what its `hp` says so.
    public enum Layers {
        /// Signed only: everybody reads all of it, nobody changes it.
        CLEAR("clear"),
        /// Encrypted, signed before or not: the outside shows as little as it can.
        CIPHER("cipher");

        private final String word;

        Layers(String word) {
            this.word = word;
        }

        /// The value of the parameter `hp` (RFC 9788 §2.1.1).
        String word() {
            return word;
        }
    }

    /// Divides a message.
    ///
    /// @throws SmimeException if its header section is ambiguous or breaks a limit
    public static Payload of(Content message, Layers layers) throws IOException, SmimeException {
        try {
            HeaderSection header = HeaderSection.read(message);
            HeaderProtection protection = HeaderProtection.of(header, layers);
            return new Payload(
                    protection.outer(),
                    new ProtectedEntity(protection.inner(), message, header.octets()));
        } catch (MimeException e) {
            throw new SmimeException("The message cannot be read: " + e.reason() + ".");
        }
    }

    /// The message again, with another entity in the place of its own.
    ///
    /// @param layered begins with its MIME fields
    public ContentWriter around(ContentWriter layered) {
        byte[] above = outer.getBytes(ISO_8859_1);
        return out -> {
            out.write(above);
            layered.writeTo(out);
        };
    }

    /// The body of a message below another header section.
    private record ProtectedEntity(String inner, Content message, int bodyBegin)
            implements Content {
        /// Pieces of 32 KiB to 1 MiB are fastest in SunJCE's GCM; single large calls are erratic.
        private static final int PIECE_OCTETS = 32 * 1_024;

        @Override
        public long size() {
            return inner.length() + message.size() - bodyBegin;
        }

        @Override
        public InputStream open() throws IOException {
            return new SequenceInputStream(new ByteArrayInputStream(innerOctets()), body());
        }

        private byte[] innerOctets() {
            return inner.getBytes(ISO_8859_1);
        }

        private InputStream body() throws IOException {
            InputStream body = message.open();
            try {
                body.skipNBytes(bodyBegin);
                return body;
            } catch (IOException e) {
                body.close();
                throw e;
            }
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write(innerOctets());
            try (InputStream body = body()) {
                byte[] piece = new byte[(int) Math.min(PIECE_OCTETS, message.size() + 1)];
                for (int count = body.readNBytes(piece, 0, piece.length);
                        count > 0;
                        count = body.readNBytes(piece, 0, piece.length)) {
                    out.write(piece, 0, count);
                }
            }
        }

        /// Content is never shown.
        @Override
        public String toString() {
            return "an entity of " + size() + " octets";
        }
    }
}
