package org.postern.reader;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.owasp.html.HtmlStreamEventReceiver;

/// What a sanitizer cannot know: pictures come from the letter or not at all, a link that claims
/// another host is shown with its real one, and nothing turns the direction of text.
final class CleanStream implements HtmlStreamEventReceiver {
    private static final Pattern OWN_PICTURE =
            Pattern.compile("data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\\s]+");

    /// Text that a reader takes for an address: `www.bank.example`, `https://…`.
    private static final Pattern LOOKS_LIKE_ADDRESS =
            Pattern.compile(
                    "(?:https?://)?((?:[a-z0-9-]+\\.)+[a-z]{2,})(?:[/?#:].*)?",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final HtmlStreamEventReceiver next;
    private final InlineImages images;
    private final long deadline;
    private @Nullable String href;
    private final StringBuilder linkText = new StringBuilder();

    /// The letter takes longer to clean than a page may wait.
    static final class TooSlow extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    CleanStream(HtmlStreamEventReceiver next, InlineImages images, Duration limit) {
        this.next = next;
        this.images = images;
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    @Override
    public void openDocument() {
        next.openDocument();
    }

    @Override
    public void closeDocument() {
        next.closeDocument();
    }

    @Override
    public void openTag(String element, List<String> attributes) {
        if (System.nanoTime() - deadline > 0) {
            throw new TooSlow();
        }
        if (element.equals("img")) {
            picture(attributes).ifPresent(shown -> next.openTag(element, shown));
        } else if (element.equals("a")) {
            href = value(attributes, "href").orElse(null);
            linkText.setLength(0);
            List<String> more = new ArrayList<>(attributes);
            if (href != null && href.regionMatches(true, 0, "http", 0, 4)) {
                more.addAll(List.of("target", "_blank"));
            }
            next.openTag(element, more);
        } else {
            next.openTag(element, attributes);
        }
    }

    @Override
    public void closeTag(String element) {
        next.closeTag(element);
        if (element.equals("a") && href != null) {
            realHost(href, linkText.toString()).ifPresent(host -> next.text(" (" + host + ")"));
            href = null;
        }
    }

    @Override
    public void text(String text) {
        String plain = ReaderView.withoutDirections(text);
        if (href != null) {
            linkText.append(plain);
        }
        next.text(plain);
    }

    /// The host a link leads to, if its text names another.
    static Optional<String> realHost(String href, String text) {
        Matcher shown = LOOKS_LIKE_ADDRESS.matcher(text.strip());
        if (!shown.matches()) {
            return Optional.empty();
        }
        String real;
        try {
            real = Optional.ofNullable(URI.create(href).getHost()).orElse("?");
        } catch (IllegalArgumentException e) {
            real = "?";
        }
        String claimed = bare(shown.group(1));
        return claimed.equals(bare(real)) ? Optional.empty() : Optional.of(real);
    }

    private static String bare(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.startsWith("www.") ? lower.substring(4) : lower;
    }

    private Optional<List<String>> picture(List<String> attributes) {
        String alt = value(attributes, "alt").orElse("");
        String source = value(attributes, "src").orElse("");
        Optional<String> data =
                source.startsWith("cid:")
                        ? images.dataUri(source.substring(4))
                        : Optional.of(source).filter(s -> OWN_PICTURE.matcher(s).matches());
        return data.map(uri -> List.of("src", uri, "alt", ReaderView.withoutDirections(alt)));
    }

    private static Optional<String> value(List<String> attributes, String name) {
        for (int i = 0; i + 1 < attributes.size(); i += 2) {
            if (attributes.get(i).equals(name)) {
                return Optional.of(attributes.get(i + 1));
            }
        }
        return Optional.empty();
    }
}
