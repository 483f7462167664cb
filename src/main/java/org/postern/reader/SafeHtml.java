package org.postern.reader;

import gg.jte.Content;
import gg.jte.TemplateOutput;

/// HTML that may stand on a page as it is. Only this package makes it, out of nothing but what its
/// allow-list lets through; a template needs no way around its escaping.
public final class SafeHtml implements Content {
    private final String html;

    SafeHtml(String html) {
        this.html = html;
    }

    @Override
    public void writeTo(TemplateOutput output) {
        output.writeContent(html);
    }

    @Override
    public boolean isEmptyContent() {
        return html.isEmpty();
    }

    /// The markup itself.
    public String markup() {
        return html;
    }
}
