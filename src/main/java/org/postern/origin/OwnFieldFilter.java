package org.postern.origin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/// Takes our own fields out of a message while it is being received, so that what is kept, scanned,
/// hashed and audited is one and the same content, without them.
///
/// Only the header section is looked at, and of its lines only the first octet, unless that is one
/// with which a field of ours begins; behind the empty line whole blocks pass untouched. A line
/// that is no header field does not end the search, as some readers go on behind it.
public final class OwnFieldFilter extends OutputStream {
    /// Octets of an Authentication-Results field that are looked at to find out whose it is.
    private static final int LOOK_OCTETS_MAX = 4 * 1_024;

    private final OutputStream out;
    private final OwnFields own;
    private final StringBuilder held = new StringBuilder();
    private Place place = Place.LINE_BEGIN;
    private Field field = Field.KEPT;
    private int removed;

    private enum Place {
        LINE_BEGIN,
        LINE,
        BODY
    }

    /// What becomes of the field that is being read.
    private enum Field {
        KEPT,
        DROPPED,
        /// It may be ours, its name is not complete yet; its octets are held back.
        NAMELESS,
        /// It is an Authentication-Results field, held back until it is known whose.
        RESULTS
    }

    /// @param out takes what is kept; it is never closed here
    public OwnFieldFilter(OutputStream out, OwnFields own) {
        this.out = out;
        this.own = own;
    }

    /// Fields that were taken out so far.
    public int removed() {
        return removed;
    }

    /// Ends the message: a field at its very end is decided.
    public void finish() throws IOException {
        decide();
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, octets.length);
        int at = offset;
        int end = offset + length;
        while (at < end && place != Place.BODY) {
            at = place == Place.LINE_BEGIN ? begin(octets[at], at) : line(octets, at, end);
        }
        if (at < end) {
            out.write(octets, at, end - at);
        }
    }

    /// Looks at the first octet of a line, and leaves it to be read as part of the line.
    private int begin(byte first, int at) throws IOException {
        place = Place.LINE;
        switch (first) {
            case ' ', '\t' -> {
                // A folded line belongs to the field before it.
            }
            case '\r', '\n' -> {
                decide();
                field = Field.KEPT;
                place = Place.BODY;
            }
            case 'x', 'X', 'a', 'A' -> {
                decide();
                field = Field.NAMELESS;
            }
            default -> {
                decide();
                field = Field.KEPT;
            }
        }
        return at;
    }

    /// @return the position behind what was read of the line
    private int line(byte[] octets, int from, int end) throws IOException {
        int at = from;
        while (at < end && octets[at] != '\n' && field != Field.NAMELESS) {
            at++;
        }
        if (at < end) {
            place = octets[at] == '\n' ? Place.LINE_BEGIN : Place.LINE;
            at++;
        }
        switch (field) {
            case KEPT -> out.write(octets, from, at - from);
            case DROPPED -> {
                // Not handed on.
            }
            case NAMELESS, RESULTS -> hold(octets, from, at);
        }
        return at;
    }

    private void hold(byte[] octets, int from, int end) throws IOException {
        held.append(new String(octets, from, end - from, ISO_8859_1));
        if (field == Field.NAMELESS) {
            field = named();
        }
        switch (field) {
            case KEPT -> release();
            case DROPPED -> drop();
            case RESULTS -> {
                if (held.length() > LOOK_OCTETS_MAX) {
                    decide();
                }
            }
            case NAMELESS -> {
                // The next octet may tell.
            }
        }
    }

    /// What the octets held so far say of a field's name. RFC 5322 §4.5 lets white space stand
    /// before the colon.
    private Field named() {
        if (startsAlike(OwnFields.PREFIX)) {
            return held.length() >= OwnFields.PREFIX.length() ? Field.DROPPED : Field.NAMELESS;
        }
        if (!startsAlike(OwnFields.RESULTS)) {
            return Field.KEPT;
        }
        if (held.length() <= OwnFields.RESULTS.length()) {
            return Field.NAMELESS;
        }
        return switch (held.charAt(held.length() - 1)) {
            case ':' -> Field.RESULTS;
            case ' ', '\t', '\r', '\n' ->
                    held.length() > LOOK_OCTETS_MAX ? Field.DROPPED : Field.NAMELESS;
            default -> Field.KEPT;
        };
    }

    private boolean startsAlike(String name) {
        int length = Math.min(held.length(), name.length());
        return name.regionMatches(true, 0, held.toString(), 0, length);
    }

    /// A field that is held back has come to its end, or is too long to be held.
    private void decide() throws IOException {
        switch (field) {
            case NAMELESS -> release();
            case RESULTS -> {
                boolean ours = own.claims(held.substring(held.indexOf(":") + 1));
                field = ours ? Field.DROPPED : Field.KEPT;
                if (ours) {
                    drop();
                } else {
                    release();
                }
            }
            case KEPT, DROPPED -> {
                // Nothing is held.
            }
        }
    }

    private void release() throws IOException {
        out.write(held.toString().getBytes(ISO_8859_1));
        held.setLength(0);
    }

    private void drop() {
        held.setLength(0);
        removed++;
    }
}
