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
