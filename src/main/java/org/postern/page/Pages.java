package org.postern.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.Map;

/// Renders the precompiled templates.
public final class Pages {
    private final TemplateEngine templates =
            TemplateEngine.createPrecompiled(
                    null,
                    ContentType.Html,
                    Pages.class.getClassLoader(),
                    "org.postern.pickup.pages");

    /// @param template name without its ending
    /// @param view what it shows
    public String render(String template, Frame frame, Object view) {
        StringOutput page = new StringOutput(8 * 1024);
        templates.render(template + ".jte", Map.of("frame", frame, "view", view), page);
        return page.toString();
    }
}
