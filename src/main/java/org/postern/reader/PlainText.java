package org.postern.reader;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Shows plain text as paragraphs. Soft line ends of flowed text (RFC 3676 §4.1) are joined, so
/// that a phone breaks the lines where it likes; quotes of more than a few lines are folded.
final class PlainText {
    private static final int SHORT_LINES = 4;
    private static final String SIGNATURE = "-- ";

    /// Ends before punctuation that belongs to the sentence and not to the address.
    private static final Pattern LINK =
            Pattern.compile("https?://[^\\s<>\"']+[^\\s<>\"'.,;:!?)\\]]");

    private PlainText() {}

    private record Line(boolean quoted, String text) {}

    static String html(String text, String quoteLabel) {
        StringBuilder html = new StringBuilder();
        List<Line> block = new ArrayList<>();
        for (Line line : lines(text)) {
            if (!block.isEmpty() && block.getFirst().quoted() != line.quoted()) {
                write(html, block, quoteLabel);
                block.clear();
            }
            block.add(line);
        }
        write(html, block, quoteLabel);
        return html.toString();
    }

    private static List<Line> lines(String text) {
        List<Line> lines = new ArrayList<>();
        StringBuilder soft = new StringBuilder();
        for (String raw :
                ReaderView.withoutDirections(text).replace("\r\n", "\n").split("\n", -1)) {
            boolean quoted = raw.startsWith(">");
            String line = quoted ? raw.replaceFirst("^>[> ]*", "") : raw;
            if (!quoted && line.endsWith(" ") && !line.equals(SIGNATURE) && !line.isBlank()) {
                soft.append(line);
            } else {
                lines.add(new Line(quoted, soft + line));
                soft.setLength(0);
            }
        }
        if (!soft.isEmpty()) {
            lines.add(new Line(false, soft.toString()));
        }
        return lines;
    }

    private static void write(StringBuilder html, List<Line> block, String quoteLabel) {
        if (block.stream().allMatch(line -> line.text().isBlank())) {
            return;
        }
        if (!block.getFirst().quoted()) {
            paragraphs(html, block);
            return;
        }
        boolean fold = block.size() > SHORT_LINES;
        if (fold) {
            html.append("<details><summary>").append(escape(quoteLabel)).append("</summary>");
        }
        html.append("<blockquote>");
        paragraphs(html, block);
        html.append("</blockquote>");
        if (fold) {
            html.append("</details>");
        }
    }

    private static void paragraphs(StringBuilder html, List<Line> block) {
        boolean open = false;
        for (Line line : block) {
            if (line.text().isBlank()) {
                html.append(open ? "</p>" : "");
                open = false;
            } else {
                html.append(open ? "<br>" : "<p>").append(withLinks(line.text().stripTrailing()));
                open = true;
            }
        }
        html.append(open ? "</p>" : "");
    }

    private static String withLinks(String line) {
        StringBuilder html = new StringBuilder();
        Matcher link = LINK.matcher(line);
        int at = 0;
        while (link.find()) {
            String address = escape(link.group());
            html.append(escape(line.substring(at, link.start())))
                    .append("<a href=\"")
                    .append(address)
                    .append("\" target=\"_blank\" rel=\"noopener noreferrer\">")
                    .append(address)
                    .append("</a>");
            at = link.end();
        }
        return html.append(escape(line.substring(at))).toString();
    }

    private static String escape(String text) {
        StringBuilder html = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                default -> html.append(c < 0x20 && c != '\t' ? ' ' : c);
            }
        }
        return html.toString();
    }
}
