package org.postern.talk;

/// Looks whether the header section of a message that passes holds octets beyond ASCII: RFC 9755
/// §4. It begins and ends where `HeaderSection` has it: with an empty line, or before a line that
/// is no field (RFC 5322 §2.2); the first line may be one of an mbox file.
final class HeaderWatch {
    private static final String MBOX = "From ";

    private boolean ended;
    private boolean found;

    /// Whether a line with white space before it would belong to the one before.
    private boolean inField;

    private boolean firstLine = true;

    // The line that passes.
    private Line line = Line.NAME;
    private long octets;
    private boolean mbox = true;
    private boolean eightBits;

    /// What is known of a line.
    private enum Line {
        NAME,
        BEHIND_NAME,
        FIELD,
        NONE
    }

    void pass(byte octet) {
        if (ended) {
            return;
        }
        if (octet == '\n') {
            endLine();
            return;
        }
        line = after(octet);
        mbox &= octets >= MBOX.length() || octet == MBOX.charAt((int) octets);
        eightBits |= octet < 0;
        octets++;
    }

    private Line after(byte octet) {
        boolean white = octet == ' ' || octet == '\t';
        return switch (line) {
            case FIELD, NONE -> line;
            case NAME, BEHIND_NAME -> {
                if (octets == 0 && (white || octet == ':')) {
                    yield white && inField ? Line.FIELD : Line.NONE;
                }
                if (white) {
                    yield Line.BEHIND_NAME;
                }
                // A name is ASCII, and no white space stands in it.
                boolean named = line == Line.NAME && octet > ' ' && octet < 0x7F;
                yield octet == ':' ? Line.FIELD : named ? Line.NAME : Line.NONE;
            }
        };
    }

    /// Whether it does, in what has passed.
    boolean holdsEightBits() {
        if (!ended) {
            endLine();
        }
        return found;
    }

    private void endLine() {
        inField = line == Line.FIELD;
        boolean held = inField || (firstLine && mbox && octets >= MBOX.length());
        ended = !held;
        found |= held && eightBits;
        firstLine = false;
        line = Line.NAME;
        octets = 0;
        mbox = true;
        eightBits = false;
    }
}
