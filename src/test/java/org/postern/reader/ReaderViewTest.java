package org.postern.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.postern.testkit.OwnTime;

class ReaderViewTest {
    /// An event attribute inside a tag.
    private static final Pattern EVENT = Pattern.compile("<[^>]*\\son\\w+\\s*=");

    private final ReaderView view = new ReaderView("Show earlier text");

    private String html(String html) {
        return view.ofHtml(html, InlineImages.NONE).orElseThrow().markup();
    }

    private String text(String text) {
        return view.ofText(text).markup();
    }

    @Test
    void nothingHostileGetsThrough() {
        for (String fragment : HostileMail.FRAGMENTS) {
            String letter = fragment.replace("@EVIL@", "https://evil.example");
            String clean = html("<p>before</p>" + letter + "<p>after</p>");
            String lower = clean.toLowerCase(Locale.ROOT);
            for (String forbidden : HostileMail.FORBIDDEN) {
                assertFalse(lower.contains(forbidden), fragment + " left " + forbidden + clean);
            }
            assertFalse(EVENT.matcher(lower).find(), fragment + " left an event: " + clean);
            assertTrue(clean.contains("before"), fragment);
            assertEquals(clean, html(clean), "cleaning is stable: " + fragment);
        }
    }

    @Test
    void structureIsKept() {
        good("<p>One <b>two</b> <em>three</em></p>", "<p>One <b>two</b> <em>three</em></p>");
        good("<ul><li>a</li><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>");
        good("<div>a</div><div>b</div>", "<div>a</div><div>b</div>");
        good("<h1>Plan</h1>", "<h2>Plan</h2>");
        good("<span style=x>a</span>", "a");
        good(
                "<table><tr><td colspan=2>a</td></tr></table>",
                "<table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>");
        good("<p>tom &amp; \"jerry\" &lt;3</p>", "<p>tom &amp; &#34;jerry&#34; &lt;3</p>");
    }

    @Test
    void linksLeadOutAndTellWhere() {
        good(
                "<a href='https://good.example/a?b=1&amp;c'>see</a>",
                "<a href=\"https://good.example/a?b&#61;1&amp;c\" rel=\"noopener noreferrer\""
                        + " target=\"_blank\">see</a>");
        assertTrue(
                html("<a href='https://evil.example/'>www.bank.example</a>")
                        .endsWith("www.bank.example</a> (evil.example)"));
        assertTrue(
                html("<a href='https://www.bank.example/x'>https://bank.example/x</a>")
                        .endsWith("</a>"));
        assertTrue(
                html("<a href='https://bank.example@evil.example/'>bank.example</a>")
                        .endsWith("(evil.example)"));
        assertTrue(html("<a href='tel:+1-555-0100'>call</a>").contains("href=\"tel:"));
        assertFalse(html("<a href='tel:*21*evil#'>call</a>").contains("href"));
    }

    @Test
    void picturesComeFromTheLetterOrNotAtAll() {
        InlineImages images =
                id ->
                        id.equals("a@b")
                                ? Optional.of("data:image/png;base64,AAAA")
                                : Optional.empty();
        String clean =
                view.ofHtml(
                                "<img src=cid:a@b alt=Knee><img src=cid:other>"
                                        + "<img src=https://evil.example/x.png>"
                                        + "<img src=data:image/jpeg;base64,BBBB>",
                                images)
                        .orElseThrow()
                        .markup();
        assertTrue(clean.contains("alt=\"Knee\""), clean);
        assertEquals(2, clean.split("<img", -1).length - 1, clean);
        assertFalse(clean.contains("evil"), clean);
    }

    @Test
    void charactersThatTurnTextAreRemoved() {
        assertFalse(
                html("<p>a\u202Eexe.fdp\u2066b</p>")
                        .matches("(?s).*[\u202A-\u202E\u2066-\u2069].*"));
        assertFalse(text("a\u202Eexe.fdp").contains("\u202E"));
    }

    @Test
    void longQuotesFoldAndShortOnesStay() {
        String lengthy = "<blockquote><p>" + "word ".repeat(100) + "</p></blockquote>";
        String folded = html("<p>New</p>" + lengthy);
        assertTrue(folded.contains("<details><summary>Show earlier text</summary><blockquote>"));
        assertTrue(folded.endsWith("</blockquote></details>"), folded);
        assertFalse(html("<blockquote>short</blockquote>").contains("details"));
        assertTrue(html("<blockquote><blockquote>" + "x".repeat(400)).endsWith("</details>"));
    }

    @Test
    void plainTextBecomesParagraphs() {
        assertEquals("<p>One<br>two</p><p>three</p>", text("One\r\ntwo\r\n\r\nthree\r\n"));
        assertEquals("<p>A soft line end</p>", text("A soft \r\nline end"));
        assertEquals("<p>&lt;b&gt; &amp; &quot;</p>", text("<b> & \""));
        assertEquals("<blockquote><p>old</p></blockquote><p>new</p>", text("> old\nnew"));
        assertTrue(text("x\n" + "> old\n".repeat(6)).contains("<details>"));
        assertEquals(
                "<p>See <a href=\"https://a.example/x?y=1&amp;z\" target=\"_blank\""
                        + " rel=\"noopener noreferrer\">https://a.example/x?y=1&amp;z</a>.</p>",
                text("See https://a.example/x?y=1&z."));
        assertEquals("", text("\n \n"));
    }

    @Test
    void bombsAreDefused() {
        String nested = "<div>".repeat(200_000) + "x";
        long begun = OwnTime.nanos();
        Optional<SafeHtml> clean = view.ofHtml(nested, InlineImages.NONE);
        long took = OwnTime.nanos() - begun;
        assertTrue(took < Duration.ofSeconds(6).toNanos(), "took " + took);
        clean.ifPresent(c -> assertTrue(c.markup().length() < 1_000_000));
        assertEquals(
                Optional.empty(),
                view.ofHtml("x".repeat(ReaderView.HTML_CHARS_MAX + 1), InlineImages.NONE));
        html("<blockquote>".repeat(5_000) + "x");
        html("<a href=https://a.example>".repeat(5_000));
    }

    @Test
    void theOriginalKeepsItsLookAndShowsItsOwnPictures() {
        String document =
                OriginalLook.document(
                        "<html><p style='color:red'><img src=\"cid:a@b\"><img src=cid:$1></p>",
                        id ->
                                id.equals("a@b")
                                        ? Optional.of("data:image/png;base64,AA$0")
                                        : Optional.empty());
        assertTrue(document.contains("style='color:red'"));
        assertTrue(document.contains("src=\"data:image/png;base64,AA$0\""), document);
        assertTrue(document.contains("src=data:,"), document);
        assertTrue(OriginalLook.POLICY.startsWith("default-src 'none';"));
        assertTrue(OriginalLook.POLICY.contains("sandbox allow-popups"));
    }

    private void good(String letter, String clean) {
        assertEquals(clean, html(letter));
    }
}
