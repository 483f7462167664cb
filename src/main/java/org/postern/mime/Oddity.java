package org.postern.mime;

/// What is unusual about a header section or a part. An ambiguous one is read differently by
/// different programs: what a scanner, a policy or we see need not be what the recipient sees.
public enum Oddity {
    /// It begins with the `From ` line of an mbox file, which is left out.
    MBOX_LINE(false, "begins with a line of a mailbox file"),
    /// No empty line stands between header section and body.
    NO_EMPTY_LINE(true, "has no empty line between header section and body"),
    /// A folded line holds nothing but white space: RFC 5322 §4.2 allows it, some readers take it
    /// for the end of the header section.
    BLANK_CONTINUATION(true, "has a folded header line of white space only"),
    /// A CR that no LF follows: some readers end the line there.
    BARE_CR(true, "has a bare CR in a header field"),
    /// A NUL: some readers end the field there.
    NUL(true, "has a NUL in a header field"),
    /// RFC 2045 allows each Content-* field once; the first one is used.
    DUPLICATE_FIELD(true, "has a Content field twice"),
    /// A parameter twice in one field; the first one is used.
    DUPLICATE_PARAMETER(true, "has a parameter twice"),
    /// A Content-* field that cannot be read to its end.
    MALFORMED_FIELD(true, "has a Content field that cannot be read"),
    /// A comment inside a Content-* field: RFC 2045 §5.1 allows it, many readers do not know it.
    COMMENT(true, "has a comment in a Content field"),
    /// Not one of the five of RFC 2045 §6.1; the part is opaque.
    UNKNOWN_TRANSFER_ENCODING(true, "has an unknown transfer encoding"),
    /// Base64 or quoted-printable on a multipart or message: RFC 2045 §6.4 forbids it.
    ENCODED_COMPOSITE(true, "has a transfer encoding on a composite part"),
    /// A multipart without a boundary, or with one that is no boundary: the part is opaque.
    NO_BOUNDARY(true, "has a multipart without a usable boundary"),
    /// A boundary longer than the 70 octets of RFC 2046 §5.1.1.
    LONG_BOUNDARY(false, "has a boundary longer than 70 octets"),
    /// Two multiparts inside one another share a boundary.
    SAME_BOUNDARY(true, "has nested multiparts with the same boundary"),
    /// A line begins with the boundary and goes on with something else.
    BOUNDARY_PREFIX(true, "has a line that begins with a boundary and goes on"),
    /// A multipart without any delimiter line: it has no parts.
    NO_PARTS(true, "has a multipart without parts"),
    /// A multipart whose close delimiter is missing.
    NOT_CLOSED(false, "has a multipart that is not closed"),
    /// The delimiter of a multipart stands again behind its close delimiter.
    DELIMITER_AFTER_CLOSE(true, "has a part behind the end of its multipart"),
    /// message/partial: a piece of a message, to be put together by the reader, past every scanner.
    PARTIAL(true, "is a fragment of a message"),
    /// message/external-body: points to a content elsewhere, which is never fetched.
    EXTERNAL_BODY(true, "points to a content outside the message");

    private final boolean ambiguous;
    private final String sentence;

    Oddity(boolean ambiguous, String sentence) {
        this.ambiguous = ambiguous;
        this.sentence = sentence;
    }

    /// Whether programs differ about it.
    public boolean isAmbiguous() {
        return ambiguous;
    }

    /// What it is, to stand behind "the message" or "the part".
    public String sentence() {
        return sentence;
    }
}
