package org.postern.facts;

import java.util.LinkedHashSet;
import java.util.Set;

/// The words in square brackets that a Subject carries, such as `[secure]`, anywhere in it.
///
/// @param tags without brackets, folded to lower case
/// @param readable false if there may be a tag that was not seen
public record SubjectTags(Set<String> tags, boolean readable) {
    /// Longer texts in brackets are no tags.
    public static final int TAG_CHARACTERS_MAX = 100;

    /// A subject with more of them counts as unreadable.
    public static final int TAGS_MAX = 50;

    /// A subject that could not be decoded: every tag counts as present.
    public static final SubjectTags UNREADABLE = new SubjectTags(Set.of(), false);

    public SubjectTags {
        tags = Set.copyOf(tags);
    }

    /// A subject without some tags, each with the blanks around it made one. What cannot be decoded
    /// stays as it is, and so does a subject without them.
    ///
    /// @param subject decoded (RFC 2047) and unfolded
    /// @param unwanted without brackets, folded
    public static String without(String subject, Set<String> unwanted) {
        if (subject.contains("=?") || subject.indexOf('\uFFFD') >= 0) {
            return subject;
        }
        StringBuilder rest = new StringBuilder();
        int open = -1;
        boolean gap = false;
        for (int i = 0; i < subject.length(); i++) {
            char c = subject.charAt(i);
            if (c == ']' && open >= 0 && unwanted.contains(Facts.fold(rest.substring(open + 1)))) {
                rest.setLength(open);
                rest.setLength(rest.toString().stripTrailing().length());
                open = -1;
                gap = true;
            } else if (!gap || !Character.isWhitespace(c)) {
                rest.append(gap && !rest.isEmpty() ? " " : "").append(c);
                gap = false;
                open = c == '[' ? rest.length() - 1 : c == ']' ? -1 : open;
            }
        }
        return rest.toString();
    }

    /// @param subject decoded (RFC 2047) and unfolded
    public static SubjectTags in(String subject) {
        Set<String> tags = new LinkedHashSet<>();
        int open = -1;
        for (int i = 0; i < subject.length(); i++) {
            char c = subject.charAt(i);
            if (c == '[') {
                // The innermost bracket counts, so that "[[secure]" and "[Re: [secure]" are seen.
                open = i;
            } else if (c == ']' && open >= 0) {
                if (i - open - 1 <= TAG_CHARACTERS_MAX) {
                    tags.add(Facts.fold(subject.substring(open + 1, i)));
                }
                open = -1;
            }
            if (tags.size() > TAGS_MAX) {
                return UNREADABLE;
            }
        }
        return new SubjectTags(tags, true);
    }
}
