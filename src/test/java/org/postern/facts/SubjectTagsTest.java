package org.postern.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Set;
import org.junit.jupiter.api.Test;

class SubjectTagsTest {
    @Test
    void tagsAreFoundAnywhere() {
        tags("[secure] Results", "secure");
        tags("Re: Results [secure]", "secure");
        tags("AW: [SECURE][Private] x", "secure", "private");
        tags("[ secure ]", "secure");
        tags("Re: [list] [secure", "list");
        tags("[[secure]", "secure");
        tags("[a [secure] b]", "secure");
        tags("]secure[", new String[0]);
        tags("secure", new String[0]);
        tags("", new String[0]);
        tags("[" + "x".repeat(SubjectTags.TAG_CHARACTERS_MAX + 1) + "]", new String[0]);
    }

    @Test
    void tooManyTagsAreUnreadableAndSoPresent() {
        StringBuilder subject = new StringBuilder();
        for (int i = 0; i <= SubjectTags.TAGS_MAX; i++) {
            subject.append('[').append(i).append(']');
        }
        SubjectTags tags = SubjectTags.in(subject.toString());
        assertFalse(tags.readable());
    }

    /// CWE-1333: a subject is a stranger's, and may be long.
    @Test
    void aHugeSubjectTakesLinearTime() {
        assertEquals(Set.of("secure"), SubjectTags.in("[".repeat(1 << 20) + "secure]").tags());
    }

    private static void tags(String subject, String... expected) {
        assertEquals(Set.of(expected), SubjectTags.in(subject).tags(), subject);
    }
}
