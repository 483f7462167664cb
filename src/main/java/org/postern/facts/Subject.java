package org.postern.facts;

/// The subject of a message. It is a patient's: it is asked, and never shown.
///
/// @param text decoded (RFC 2047) and unfolded; what could be read of it
/// @param readable false if there may be words that were not seen
public record Subject(SubjectTags tags, String text, boolean readable) {
    /// A subject that could not be decoded: every tag and every word counts as present.
    public static final Subject UNREADABLE = new Subject(SubjectTags.UNREADABLE, "", false);

    /// A subject that could be decoded.
    public static Subject of(String text) {
        return new Subject(SubjectTags.in(text), text, true);
    }

    @Override
    public String toString() {
        return "Subject[hidden]";
    }
}
