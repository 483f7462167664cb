package org.postern.card;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A card as SVG 1.1: for programs that lay out pages.
public final class CardSvg {
    private CardSvg() {}

    public static byte[] of(Card card) {
        StringBuilder svg = new StringBuilder();
        svg.append(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <svg xmlns="http://www.w3.org/2000/svg" width="5.5in" height="8.5in" \
                viewBox="0 0 %s %s" font-family="Helvetica, Arial, sans-serif" \
                text-anchor="middle" shape-rendering="crispEdges">
                """
                        .formatted(number(CardDrawing.WIDTH), number(CardDrawing.HEIGHT)));
        for (Mark mark : CardDrawing.of(card)) {
            switch (mark) {
                case Mark.Box box ->
                        svg.append(
                                "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>\n"
                                        .formatted(
                                                number(box.x()),
                                                number(box.y()),
                                                number(box.width()),
                                                number(box.height()),
                                                box.colour()));
                case Mark.Line line ->
                        svg.append(
                                "<text x=\"%s\" y=\"%s\" font-size=\"%s\"%s fill=\"%s\">%s</text>\n"
                                        .formatted(
                                                number(line.x()),
                                                number(line.y()),
                                                number(line.type().size()),
                                                line.type().bold() ? " font-weight=\"bold\"" : "",
                                                line.type().colour(),
                                                escaped(line.text())));
            }
        }
        return svg.append("</svg>\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
