package org.postern.notice;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.wording.NoticeKind;

/// The words of a notice in one language, as a clinic may edit them: a subject and a text, and the
/// same as a fragment of HTML, with places such as `{{clinician}}` for what differs.
///
/// A line that names a place which has no value is left out; `{{#pin}}` marks such a line and
/// leaves nothing behind itself. Values are escaped in HTML, so only the template can hold markup.
public final class NoticeTemplate {
    /// Values that are read from left to right even among Arabic words, in order: they stand apart
    /// (Unicode UAX #9, FSI and PDI). Links and codes stay as they are, because programs read them,
    /// and so does whatever stands within a tag.
    private static final List<String> APART =
            List.of("clinician", "clinic", "host", "phone", "typed", "word");

    private static final String ISOLATE = "\u2068";
    private static final String END_OF_ISOLATE = "\u2069";

    private static final Pattern PLACE = Pattern.compile("\\{\\{([^{}]*)}}");
    private static final String SUBJECT = "Subject:";

    private final String subject;
    private final String text;
    private final @Nullable String html;
    private final Tongue tongue;

    /// @param html null where it is made of the text
    private NoticeTemplate(String subject, String text, @Nullable String html, Tongue tongue) {
        this.subject = subject;
        this.text = text;
        this.html = html;
        this.tongue = tongue;
    }

    /// The language of a template, for programs that read aloud and for the side on which its lines
    /// begin.
    ///
    /// @param tag `lang` of HTML; empty if nobody said
    /// @param direction `dir` of HTML
    public record Tongue(String tag, String direction) {
        private static final Tongue UNSAID = new Tongue("", "ltr");

        public Tongue {
            if (!tag.matches("[a-z]*") || !direction.matches("ltr|rtl")) {
                throw new IllegalArgumentException("no language: " + tag);
            }
        }

        private boolean isLeftward() {
            return direction.equals("rtl");
        }
    }

    /// Reads and checks a template.
    ///
    /// @param text a line `Subject: …`, an empty line, the text
    /// @param html what stands inside the notice's card; no `html`, `head` or `style`
    /// @throws IllegalArgumentException if it cannot be used; the message says where and why, and
    ///   is meant for the clinic's IT
    public static NoticeTemplate of(NoticeKind kind, String text, String html) {
        return checked(kind, text, html.replace("\r\n", "\n").strip());
    }

    /// The same words, whose language is known.
    public NoticeTemplate in(Tongue language) {
        return new NoticeTemplate(subject, text, html, language);
    }

    /// Whether a place stands in it.
    public boolean names(String place) {
        String braces = "{{" + place + "}}";
        return text.contains(braces) || (html != null && html.contains(braces));
    }

    /// `dir` of what it says.
    String direction() {
        return tongue.direction();
    }

    /// The same for words whose card shows the text as it is.
    static NoticeTemplate ofText(NoticeKind kind, String text) {
        return checked(kind, text, null);
    }

    private static NoticeTemplate checked(NoticeKind kind, String text, @Nullable String html) {
        String[] parts = text.replace("\r\n", "\n").split("\n\n", 2);
        if (parts.length < 2 || !parts[0].startsWith(SUBJECT) || parts[0].contains("\n")) {
            throw new IllegalArgumentException(
                    "the text must begin with one line \"Subject: …\" and an empty line");
        }
        String subject = parts[0].substring(SUBJECT.length()).strip();
        if (subject.isEmpty() || subject.length() > NoticeKind.SUBJECT_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "the subject must have 1 to " + NoticeKind.SUBJECT_CHARS_MAX + " characters");
        }
        NoticeTemplate template =
                new NoticeTemplate(subject, parts[1].strip(), html, Tongue.UNSAID);
        new Part("subject", subject).check(kind);
        new Part("text", template.text).check(kind);
        if (html != null) {
            new Part("HTML", html).check(kind);
        }
        if (subject.contains("{{link") || subject.contains("{{code")) {
            throw new IllegalArgumentException(
                    "the subject must not name the link or the code: subjects show on locked"
                            + " phones");
        }
        return template;
    }

    private record Part(String name, String body) {
        void check(NoticeKind kind) {
            if (body.length() > NoticeKind.PART_CHARS_MAX) {
                throw new IllegalArgumentException(
                        "the "
                                + name
                                + " is longer than "
                                + NoticeKind.PART_CHARS_MAX
                                + " characters");
            }
            Matcher place = PLACE.matcher(body);
            while (place.find()) {
                if (!kind.places().contains(place.group(1))) {
                    throw new IllegalArgumentException(
                            "the "
                                    + name
                                    + " names {{"
                                    + place.group(1)
                                    + "}}, which is not one of "
                                    + kind.places());
                }
            }
            if (!name.equals("subject") && !body.contains("{{" + kind.needed() + "}}")) {
                throw new IllegalArgumentException(
                        "the " + name + " does not name {{" + kind.needed() + "}}");
            }
        }
    }

    String subject(Values values) {
        return fill(subject, values, value -> value);
    }

    String text(Values values) {
        return fill(text, values, value -> value);
    }

    String html(Values values) {
        String said =
                html == null
                        ? paragraphs(text(values))
                        : fill(html, values, NoticeTemplate::escape);
        return tongue.tag().isEmpty()
                ? said
                : "<div lang=\"%s\" dir=\"%s\">\n%s\n</div>"
                        .formatted(tongue.tag(), tongue.direction(), said);
    }

    private static String paragraphs(String text) {
        return Stream.of(text.split("\n\n"))
                .map(paragraph -> "<p>" + escape(paragraph).replace("\n", "<br>\n") + "</p>")
                .collect(Collectors.joining("\n"));
    }

    /// What stands at the places. A mark such as `#pin` has an empty value.
    static final class Values {
        private final Map<String, String> values = new LinkedHashMap<>();

        /// @throws IllegalArgumentException if the value has a line end or another control
        ///   character
        Values put(String name, String value) {
            if (!value.isEmpty()) {
                values.put(name, MailWriter.oneLine(value));
            }
            return this;
        }

        /// Lines of our own making, each of which may be several.
        Values rows(List<String> rows) {
            values.put("#rows", String.join("\n\n", rows));
            return this;
        }

        Values mark(String name) {
            values.put(name, "");
            return this;
        }
    }

    private interface Escape {
        String of(String value);
    }

    private String fill(String template, Values values, Escape escape) {
        StringBuilder filled = new StringBuilder();
        for (String line : template.split("\n", -1)) {
            fillLine(line, values, escape).ifPresent(l -> filled.append(l).append('\n'));
        }
        // Left-out lines leave gaps behind.
        return filled.toString().replaceAll("\n{3,}", "\n\n").strip();
    }

    /// A dot that ends a value ends the sentence as well, as in "a las 10:30 a.m."
    private static String withoutLastDot(String value) {
        return value.endsWith(".") ? value.substring(0, value.length() - 1) : value;
    }

    private Optional<String> fillLine(String line, Values values, Escape escape) {
        Matcher place = PLACE.matcher(line);
        StringBuilder filled = new StringBuilder();
        while (place.find()) {
            String value = values.values.get(place.group(1));
            if (value == null) {
                return Optional.empty();
            }
            boolean apart =
                    tongue.isLeftward()
                            && APART.contains(place.group(1))
                            && line.lastIndexOf('<', place.start())
                                    <= line.lastIndexOf('>', place.start());
            String once = line.startsWith(".", place.end()) ? withoutLastDot(value) : value;
            String said = apart ? ISOLATE + once + END_OF_ISOLATE : once;
            place.appendReplacement(filled, Matcher.quoteReplacement(escape.of(said)));
        }
        place.appendTail(filled);
        return Optional.of(filled.toString());
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
