package org.postern.returns;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.Letter;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;

/// A patient's ordinary answer to a notice, as her clinician gets it: in the thread of her message,
/// marked with the way it came, and without the links of the notice, which mail programs quote. All
/// else is passed on octet by octet.
final class OrdinaryAnswer {
    /// What is left of a link.
    private static final String REMOVED = "[link removed]";

    private static final String SLASH = "(?:/|%2F)";

    /// A link of the pages, also inside another link, and across the lines of a quoted text.
    private static final Pattern LINK =
            Pattern.compile(
                    "[^\\s\"'<>()]*"
                            + SLASH
                            + "(?:m|notme|w|k)"
                            + SLASH
                            + "(?:[A-Za-z0-9_-](?:\\r?\\n[> ]*)?){42}[A-Za-z0-9_-]"
                            + "(?:(?:\\?|%3F)r(?:=|%3D)[a-z]{1,20})?",
                    Pattern.CASE_INSENSITIVE);

    /// What may be typed in the place of a link. One of digits alone is hardly ever made, and is
    /// more likely a number that the patient writes.
    private static final Pattern CODE =
            Pattern.compile(
                    "(?<![0-9A-Z-])(?=[0-9-]*[A-Z])"
                            + "[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}(?![0-9A-Z-])",
                    Pattern.CASE_INSENSITIVE);

    /// So close behind our host or a link a notice has its code. Elsewhere stand the patient's own
    /// words.
    private static final int CODE_AFTER_CHARS_MAX = 200;

    private static final Pattern BODY = Pattern.compile("(?is)<body\\b[^>]*>");
    private static final byte[] CRLF = {'\r', '\n'};
    private static final int LINE_CHARS = 76;
    private static final int ID_CHARS_MAX = 200;

    private final Content content;
    private final MimeIndex index;
    private final Letter letter;
    private final Marks marks;

    /// What is added.
    ///
    /// @param words a line for the clinician, in her language
    /// @param field the same for programs
    /// @param own the gateway's address, in whose place the clinician stands
    /// @param thread Message-IDs of the conversation without angle brackets, the newest last
    record Marks(
            String words, HeaderField field, Address own, Address clinician, List<String> thread) {
        Marks {
            thread = List.copyOf(thread);
        }
    }

    private OrdinaryAnswer(Content content, MimeIndex index, Marks marks) {
        this.content = content;
        this.index = index;
        this.letter = Letter.of(index, content);
        this.marks = marks;
    }

    /// @throws MimeException if the message cannot be read
    static OrdinaryAnswer of(Content content, Marks marks) throws IOException, MimeException {
        return new OrdinaryAnswer(content, MimeIndex.of(content), marks);
    }

    /// A part whose text is written anew.
    private record Changed(MimePart part, String text) {}

    void writeTo(OutputStream out) throws IOException, MimeException {
        List<Changed> changed = changes();
        boolean whole = !changed.isEmpty() && changed.getFirst().part() == index.root();
        try (InputStream in = content.open()) {
            writeHeader(out, whole);
            if (whole) {
                writeBody(out, changed.getFirst());
                return;
            }
            in.skipNBytes(index.root().span().bodyBegin());
            long at = index.root().span().bodyBegin();
            for (Changed each : changed) {
                copy(in, out, each.part().span().begin() - at);
                writePartHeader(out, each.part());
                writeBody(out, each);
                in.skipNBytes(each.part().span().end() - each.part().span().begin());
                at = each.part().span().end();
            }
            in.transferTo(out);
        }
    }

    private List<Changed> changes() throws IOException, MimeException {
        List<Changed> changed = new ArrayList<>();
        for (MimePart part : index.parts()) {
            boolean text = part.isA("text") && part.bodyOctets() <= Letter.TEXT_OCTETS_MAX;
            if (text && part.children().isEmpty()) {
                String before = letter.text(part);
                String after = marked(part, withoutLinks(before));
                if (!after.equals(before)) {
                    changed.add(new Changed(part, after));
                }
            }
        }
        changed.sort(Comparator.comparing(each -> each.part().span().begin()));
        return changed;
    }

    private String withoutLinks(String text) {
        String withoutCodes =
                CODE.matcher(text)
                        .replaceAll(
                                code -> isOfNotice(text, code.start()) ? REMOVED : code.group());
        return LINK.matcher(withoutCodes).replaceAll(REMOVED);
    }

    private boolean isOfNotice(String text, int at) {
        String before = text.substring(Math.max(0, at - CODE_AFTER_CHARS_MAX), at);
        String host = marks.own().domain().toString();
        return before.toLowerCase(Locale.ROOT).contains(host.toLowerCase(Locale.ROOT))
                || LINK.matcher(before).find();
    }

    private String marked(MimePart part, String text) {
        if (letter.plain().filter(it -> it == part).isPresent()) {
            return marks.words() + "\r\n\r\n" + text;
        }
        if (letter.html().filter(it -> it == part).isPresent()) {
            String line = "<p><b>" + marks.words() + "</b></p>";
            Matcher body = BODY.matcher(text);
            int at = body.find() ? body.end() : 0;
            return text.substring(0, at) + line + text.substring(at);
        }
        return text;
    }

    private void writeHeader(OutputStream out, boolean newBody) throws IOException {
        out.write(marks.field().octets());
        Set<String> references = new LinkedHashSet<>(marks.thread());
        for (HeaderField field : index.header().fields()) {
            if (field.is("References") || field.is("In-Reply-To")) {
                references.addAll(ids(field.body()));
            } else if (field.is("To") || field.is("Cc")) {
                out.write(field(field.name(), withClinician(field)));
            } else if (!(newBody && isAboutBody(field)) && !field.raw().isBlank()) {
                out.write(field.octets());
            }
        }
        if (!marks.thread().isEmpty()) {
            out.write(field("In-Reply-To", "<" + marks.thread().getLast() + ">"));
        }
        if (!references.isEmpty()) {
            out.write(field("References", "<" + String.join(">\r\n <", references) + ">"));
        }
        writeBodyFields(out, newBody ? Optional.of(index.root()) : Optional.empty());
    }

    /// An answer to all must not come back to us.
    private String withClinician(HeaderField field) {
        String value = field.raw().substring(field.raw().indexOf(':') + 1).strip();
        return value.replaceAll(
                "(?i)" + Pattern.quote(marks.own().toString()),
                Matcher.quoteReplacement(marks.clinician().toString()));
    }

    private static List<String> ids(String body) {
        List<String> ids = new ArrayList<>();
        Matcher id =
                Pattern.compile("<([\\x21-\\x7E&&[^<>]]{1," + ID_CHARS_MAX + "})>").matcher(body);
        while (id.find() && ids.size() < 20) {
            ids.add(id.group(1));
        }
        return ids;
    }

    private void writePartHeader(OutputStream out, MimePart part)
            throws IOException, MimeException {
        try (InputStream in = content.open()) {
            in.skipNBytes(part.span().begin());
            for (HeaderField field : HeaderSection.read(in).fields()) {
                if (!isAboutBody(field)) {
                    out.write(field.octets());
                }
            }
        }
        writeBodyFields(out, Optional.of(part));
    }

    private static boolean isAboutBody(HeaderField field) {
        return field.is("Content-Type")
                || field.is("Content-Transfer-Encoding")
                || field.is("MIME-Version");
    }

    private void writeBodyFields(OutputStream out, Optional<MimePart> part) throws IOException {
        if (part.isPresent()) {
            if (part.get() == index.root()) {
                out.write(field("MIME-Version", "1.0"));
            }
            out.write(field("Content-Type", part.get().type() + "; charset=utf-8"));
            out.write(field("Content-Transfer-Encoding", "base64"));
        }
        out.write(CRLF);
    }

    private static void writeBody(OutputStream out, Changed changed) throws IOException {
        Base64.Encoder lines = Base64.getMimeEncoder(LINE_CHARS, CRLF);
        out.write(lines.encode(changed.text().getBytes(StandardCharsets.UTF_8)));
        out.write(CRLF);
    }

    private static byte[] field(String name, String value) {
        return (name + ": " + value + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void copy(InputStream in, OutputStream out, long octets) throws IOException {
        byte[] block = new byte[8 * 1024];
        long left = octets;
        while (left > 0) {
            int count = in.read(block, 0, (int) Math.min(left, block.length));
            if (count < 0) {
                throw new IOException("the message ends too early");
            }
            out.write(block, 0, count);
            left -= count;
        }
    }
}
