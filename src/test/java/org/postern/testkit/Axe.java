package org.postern.testkit;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// The rules of accessible pages (WCAG 2.2 AA and good practice) as axe-core knows them, run in the
/// browser against the page as it is drawn.
public final class Axe {
    private static final Map<String, Object> WHOLE =
            Map.of(
                    "type",
                    "tag",
                    "values",
                    List.of(
                            "wcag2a",
                            "wcag2aa",
                            "wcag21a",
                            "wcag21aa",
                            "wcag22aa",
                            "best-practice"));

    private static final Map<String, Object> COLOURS =
            Map.of("type", "rule", "values", List.of("color-contrast", "link-in-text-block"));

    /// A frame without scripts cannot be asked from the page around it, so it is left out; a letter
    /// in it is its author's. One rule about sizes is off unless it is asked for.
    private static final String RUN =
            """
            async (only) => (await axe.run(document, {
              runOnly: only, iframes: false,
              rules: only.type === 'tag' ? { 'target-size': { enabled: true } } : {},
              resultTypes: ['violations'] }))
              .violations.flatMap(rule => rule.nodes.map(node =>
                rule.id + ' at ' + node.target.join(' ') + ': ' + node.html.slice(0, 160)
                + ' ' + node.any.concat(node.all, node.none).map(why => why.message).join('; ')))
            """;

    private static final String SCRIPT = script();

    private Axe() {}

    /// What is wrong with a page, one line each; empty if axe-core finds nothing.
    public static List<String> findings(Page page) {
        return findings(page, WHOLE);
    }

    /// What is wrong with its colours alone: all that another theme changes.
    public static List<String> colours(Page page) {
        return findings(page, COLOURS);
    }

    private static List<String> findings(Page page, Map<String, Object> only) {
        if (page.evaluate("typeof axe").equals("undefined")) {
            page.evaluate(SCRIPT);
        }
        return ((List<?>) page.evaluate(RUN, only)).stream().map(String::valueOf).toList();
    }

    private static String script() {
        try (InputStream in = Axe.class.getResourceAsStream("/axe.min.js")) {
            if (in == null) {
                throw new IOException("axe-core is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
