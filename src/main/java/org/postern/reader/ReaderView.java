package org.postern.reader;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.owasp.html.AttributePolicy;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.HtmlSanitizer;
import org.owasp.html.HtmlStreamRenderer;
import org.owasp.html.PolicyFactory;

/// A letter's words for calm reading: its text and structure, without any look of its own.
///
/// The allow-list has no style, class or id, and no element whose content a browser reads as raw
/// text (style, noscript, title, textarea, svg, math): published ways around sanitizers need one.
public final class ReaderView {
    /// Characters of HTML that are still cleaned.
    public static final int HTML_CHARS_MAX = 2_000_000;

    private static final Duration TIME_MAX = Duration.ofSeconds(2);

    /// Absolute, so that no link of a letter can point into our own pages.
    private static final Pattern OUTWARD =
            Pattern.compile(
                    "(?:https?://[^/\\\\\\s].*|mailto:.+|tel:[0-9+().\\- ]+)", Pattern.DOTALL);

    private static final AttributePolicy HREF =
            (_, _, value) -> {
                String address = value.strip();
                String scheme = address.toLowerCase(Locale.ROOT);
                return OUTWARD.matcher(scheme).matches() ? address : null;
            };

    private static final AttributePolicy SPAN =
            (_, _, value) -> value.matches("[1-9][0-9]?") ? value : null;

    private static final PolicyFactory ALLOWED =
            new HtmlPolicyBuilder()
                    .allowElements(
                            "p",
                            "div",
                            "br",
                            "b",
                            "strong",
                            "i",
                            "em",
                            "u",
                            "s",
                            "sub",
                            "sup",
                            "ul",
                            "ol",
                            "li",
                            "blockquote",
                            "h2",
                            "h3",
                            "h4",
                            "pre",
                            "code",
                            "hr",
                            "table",
                            "thead",
                            "tbody",
                            "tfoot",
                            "tr",
                            "td",
                            "th",
                            "caption",
                            "a",
                            "img",
                            "dl",
                            "dt",
                            "dd")
                    .allowElements((_, _) -> "h2", "h1")
                    .allowElements((_, _) -> "h4", "h5", "h6")
                    .allowElements((_, _) -> "div", "section", "article", "center", "address")
                    .allowElements((_, _) -> "s", "strike", "del")
                    .allowUrlProtocols("http", "https", "mailto", "tel", "cid", "data")
                    .allowAttributes("href")
                    .matching(HREF)
                    .onElements("a")
                    .allowAttributes("src", "alt")
                    .onElements("img")
                    .allowAttributes("colspan", "rowspan")
                    .matching(SPAN)
                    .onElements("td", "th")
                    .requireRelsOnLinks("noopener", "noreferrer")
                    .toFactory();

    private final String quoteLabel;

    /// @param quoteLabel what stands on a folded quote, in the reader's language
    public ReaderView(String quoteLabel) {
        this.quoteLabel = quoteLabel;
    }

    /// Cleans HTML.
    ///
    /// @return empty if it is too long or takes too long; the letter's plain text must do then
    public Optional<SafeHtml> ofHtml(String html, InlineImages images) {
        if (html.length() > HTML_CHARS_MAX) {
            return Optional.empty();
        }
        StringBuilder clean = new StringBuilder();
        HtmlStreamRenderer renderer = HtmlStreamRenderer.create(clean, _ -> {});
        CleanStream stream = new CleanStream(new QuoteFold(renderer, quoteLabel), images, TIME_MAX);
        try {
            HtmlSanitizer.sanitize(html, ALLOWED.apply(stream));
        } catch (CleanStream.TooSlow e) {
            return Optional.empty();
        }
        return Optional.of(new SafeHtml(clean.toString()));
    }

    /// Plain text with its paragraphs, links and folded quotes.
    public SafeHtml ofText(String text) {
        return new SafeHtml(PlainText.html(text, quoteLabel));
    }

    /// Removes the controls that turn the direction of text (U+202A to U+202E, U+2066 to U+2069):
    /// with them `exe.fdp` can be shown as a PDF.
    public static String withoutDirections(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.chars()
                .filter(c -> !(c >= 0x202A && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069))
                .forEach(c -> plain.append((char) c));
        return plain.toString();
    }
}
