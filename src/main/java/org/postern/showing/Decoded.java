package org.postern.showing;

import java.io.IOException;
import java.io.InputStream;
import org.postern.mail.Content;
import org.postern.mime.TransferEncoding;
import org.postern.octets.FirstOctets;

/// A part of a message without its transfer encoding: RFC 3516 §4.2. Nothing of it is kept in
/// memory; how long it is, is found out by decoding it.
final class Decoded implements Content {
    private static final int BLOCK_OCTETS = 16 * 1_024;

    private final Content message;
    private final Place place;
    private final long size;
    private final boolean nul;

    /// Where the part lies in the message, and how it is written there.
    record Place(long begin, long end, TransferEncoding encoding) {}

    private Decoded(Content message, Place place, long size, boolean nul) {
        this.message = message;
        this.place = place;
        this.size = size;
        this.nul = nul;
    }

    /// How many octets a part has then.
    static long size(Content message, Place place) throws IOException {
        return place.encoding().isIdentity()
                ? place.end() - place.begin()
                : of(message, place, Long.MAX_VALUE).size();
    }

    /// @param most nobody asks for octets behind this many, so they are not looked at
    static Decoded of(Content message, Place place, long most) throws IOException {
        long size = 0;
        boolean nul = false;
        try (InputStream in = open(message, place)) {
            byte[] block = new byte[BLOCK_OCTETS];
            int read = 0;
            while (read >= 0 && size < most) {
                read = in.read(block);
                for (int i = 0; i < Math.min(read, most - size) && !nul; i++) {
                    nul = block[i] == 0;
                }
                size += Math.max(0, read);
            }
        }
        return new Decoded(message, place, Math.min(size, most), nul);
    }

    /// Whether a NUL is among what was looked at, which no plain literal may hold.
    boolean holdsNul() {
        return nul;
    }

    private static InputStream open(Content message, Place place) throws IOException {
        InputStream in = message.open(place.begin());
        return place.encoding().decode(new FirstOctets(in, place.end() - place.begin()));
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream open() throws IOException {
        return open(message, place);
    }
}
