package org.postern.talk;

/// Looks whether the header section of a message that passes holds octets beyond ASCII: RFC 9755
/// §4. It ends with an empty line, or before a line that is no field (RFC 5322 §2.2).
final class HeaderWatch {
    private boolean ended;
    private boolean found;

    // The line that passes.
    private boolean begun;
    private boolean continued;
    private boolean colon;
    private boolean eightBits;

    void pass(byte octet) {
        if (ended) {
            return;
        }
        if (octet == '\n') {
            endLine();
        } else if (octet != '\r') {
            continued |= !begun && (octet == ' ' || octet == '\t');
            begun = true;
            // A name is ASCII.
            colon |= octet == ':' && !eightBits;
            eightBits |= octet < 0;
        }
    }

    /// Whether it does, in what has passed.
    boolean holdsEightBits() {
        if (!ended) {
            endLine();
        }
        return found;
    }

    private void endLine() {
        boolean field = begun && (continued || colon);
        ended = !field;
        found |= field && eightBits;
        begun = false;
        continued = false;
        colon = false;
        eightBits = false;
    }
}
