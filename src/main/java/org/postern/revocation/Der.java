package org.postern.revocation;

import java.io.IOException;
import java.util.Arrays;

/// Walks over DER (X.690 §10) without making an object of each element: a list may hold a million.
/// One walk stays inside one constructed element.
final class Der {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int CONTEXT_0 = 0xA0;

    private static final int LENGTH_OCTETS_MAX = 4;

    private final byte[] octets;
    private int at;
    private final int end;

    /// One element.
    ///
    /// @param begin of its tag
    /// @param content behind its length
    /// @param end behind its content
    record Element(int tag, int begin, int content, int end) {}

    private Der(byte[] octets, int at, int end) {
        this.octets = octets;
        this.at = at;
        this.end = end;
    }

    static Der over(byte[] octets) {
        return new Der(octets, 0, octets.length);
    }

    /// Walks over what is inside an element of the same octets.
    Der inside(Element element) {
        return new Der(octets, element.content(), element.end());
    }

    boolean isAtEnd() {
        return at == end;
    }

    /// The tag of what comes next; -1 at the end.
    int tag() {
        return isAtEnd() ? -1 : octets[at] & 0xFF;
    }

    /// @throws IOException if the next element is another one, or breaks off
    Element next(int tag) throws IOException {
        if (tag() != tag) {
            throw new IOException("not the structure of RFC 5280");
        }
        int begin = at;
        at++;
        int length = length();
        if (length > end - at) {
            throw new IOException("an element is longer than what holds it");
        }
        int content = at;
        at += length;
        return new Element(tag, begin, content, at);
    }

    /// An element with its tag and length.
    byte[] whole(Element element) {
        return Arrays.copyOfRange(octets, element.begin(), element.end());
    }

    byte[] content(Element element) {
        return Arrays.copyOfRange(octets, element.content(), element.end());
    }

    void requireEnd() throws IOException {
        if (!isAtEnd()) {
            throw new IOException("something stands behind the end");
        }
    }

    private int length() throws IOException {
        int first = octet();
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7F;
        if (count == 0 || count > LENGTH_OCTETS_MAX) {
            throw new IOException("a length that is not DER");
        }
        long length = 0;
        for (int i = 0; i < count; i++) {
            length = length * 256 + octet();
        }
        if (length > Integer.MAX_VALUE) {
            throw new IOException("a length beyond any limit");
        }
        return (int) length;
    }

    private int octet() throws IOException {
        if (isAtEnd()) {
            throw new IOException("it breaks off");
        }
        return octets[at++] & 0xFF;
    }
}
