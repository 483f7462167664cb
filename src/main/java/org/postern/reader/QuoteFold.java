package org.postern.reader;

import java.util.ArrayList;
import java.util.List;
import org.owasp.html.HtmlStreamEventReceiver;

/// Folds long quotes into `details`, so that the new words of a letter come first on a phone. A
/// short quote stays: it may belong to the sense.
final class QuoteFold implements HtmlStreamEventReceiver {
    private static final int SHORT_CHARS = 300;
    private static final String QUOTE = "blockquote";

    private final HtmlStreamEventReceiver next;
    private final String label;
    private final List<Runnable> held = new ArrayList<>();
    private int depth;
    private int chars;

    QuoteFold(HtmlStreamEventReceiver next, String label) {
        this.next = next;
        this.label = label;
    }

    @Override
    public void openDocument() {
        next.openDocument();
    }

    @Override
    public void closeDocument() {
        release();
        next.closeDocument();
    }

    @Override
    public void openTag(String element, List<String> attributes) {
        if (element.equals(QUOTE)) {
            depth++;
        }
        List<String> kept = List.copyOf(attributes);
        pass(() -> next.openTag(element, kept));
    }

    @Override
    public void closeTag(String element) {
        pass(() -> next.closeTag(element));
        if (element.equals(QUOTE) && depth > 0) {
            depth--;
            if (depth == 0) {
                release();
            }
        }
    }

    @Override
    public void text(String text) {
        chars += depth > 0 ? text.length() : 0;
        pass(() -> next.text(text));
    }

    private void pass(Runnable event) {
        if (depth > 0) {
            held.add(event);
        } else {
            event.run();
        }
    }

    private void release() {
        if (held.isEmpty()) {
            return;
        }
        boolean fold = chars > SHORT_CHARS;
        if (fold) {
            next.openTag("details", List.of());
            next.openTag("summary", List.of());
            next.text(label);
            next.closeTag("summary");
        }
        held.forEach(Runnable::run);
        if (fold) {
            next.closeTag("details");
        }
        held.clear();
        chars = 0;
    }
}
