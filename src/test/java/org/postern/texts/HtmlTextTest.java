package org.postern.texts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Text out of HTML, also of HTML that is written to take time.
class HtmlTextTest {
    /// Generous: a time that grows with the square of the length takes minutes.
    private static final Duration LONG = Duration.ofSeconds(40);

    private static final int OCTETS = 2 << 20;

    @Test
    void tagsAndEntitiesAreRead() {
        assertEquals("a & b", HtmlText.of("<b>a</b> &amp; b"));
        assertEquals("a &b", HtmlText.of("a &b"));
        assertEquals("&unfinished name;", HtmlText.of("&unfinished name;"));
        assertEquals("\nx", HtmlText.of("<head>gone</head>x"));
    }

    /// CWE-407.
    @Test
    void theTimeGrowsWithTheLengthAlone() {
        String signs = "&".repeat(OCTETS);
        assertEquals(signs, assertTimeoutPreemptively(LONG, () -> HtmlText.of(signs)));
        String open = "<head></a>".repeat(OCTETS / 10);
        assertEquals(
                OCTETS / 10, assertTimeoutPreemptively(LONG, () -> HtmlText.of(open)).length());
    }

    @Test
    void soDoesThatOfManyComments() {
        String comments = "<!---->".repeat(OCTETS / 7);
        assertEquals("", assertTimeoutPreemptively(LONG, () -> HtmlText.of(comments)));
        String mistakes = "<!-- --!>x".repeat(OCTETS / 10);
        assertEquals(
                "x".repeat(OCTETS / 10),
                assertTimeoutPreemptively(LONG, () -> HtmlText.of(mistakes)));
    }

    /// As browsers end them: what is seen is read.
    @Test
    void commentsEndWhereTheyDoInBrowsers() {
        for (String comment : List.of("<!-->", "<!--->", "<!-- x --!>", "<!-- x -->", "<!---->")) {
            assertEquals("seen", HtmlText.of(comment + "seen<!-- not -->").strip(), comment);
        }
    }
}
