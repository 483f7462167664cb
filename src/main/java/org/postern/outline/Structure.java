package org.postern.outline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimePart;

/// BODY and BODYSTRUCTURE: RFC 3501 §7.4.2.
final class Structure {
    /// RFC 3501 §9: a multipart has parts. For one that has none stands an empty text.
    private static final String NOTHING =
            "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 0 0";

    private static final Pattern TYPE = Pattern.compile("[^/]+/[^/]+");

    private final Map<MimePart, Facts> facts;
    private final boolean extended;

    /// What is known of a part beside where it lies.
    ///
    /// @param lines line ends in the body
    record Facts(HeaderSection fields, long lines) {}

    /// @param extended whether BODYSTRUCTURE is meant
    Structure(Map<MimePart, Facts> facts, boolean extended) {
        this.facts = facts;
        this.extended = extended;
    }

    /// Parts lie at most a hundred deep (`MimeIndex`), and so do these calls.
    String of(MimePart part) {
        return switch (kind(part)) {
            case MULTIPART -> multipart(part);
            case MESSAGE, LEAF -> single(part);
        };
    }

    static Node.Kind kind(MimePart part) {
        if (part.isA("multipart")) {
            return Node.Kind.MULTIPART;
        }
        return part.children().isEmpty() ? Node.Kind.LEAF : Node.Kind.MESSAGE;
    }

    private Facts facts(MimePart part) {
        Facts known = facts.get(part);
        if (known == null) {
            throw new IllegalStateException("a part that was not looked at");
        }
        return known;
    }

    private String multipart(MimePart part) {
        StringBuilder inside = new StringBuilder("(");
        part.children().forEach(child -> inside.append(of(child)));
        if (part.children().isEmpty()) {
            inside.append(NOTHING).append(extended ? " NIL NIL NIL NIL)" : ")");
        }
        HeaderSection fields = facts(part).fields();
        Parameters type = parameters(fields, "Content-Type", part.type());
        inside.append(' ').append(Strings.string(subtype(type.value())));
        if (extended) {
            inside.append(' ').append(type.list(false));
            inside.append(' ').append(tail(fields));
        }
        return inside.append(')').toString();
    }

    private String single(MimePart part) {
        Facts known = facts(part);
        HeaderSection fields = known.fields();
        Parameters type = type(part, fields);
        boolean text = type.value().toLowerCase(Locale.ROOT).startsWith("text/");
        List<String> words = new ArrayList<>();
        words.add(Strings.string(type.value().substring(0, type.value().indexOf('/'))));
        words.add(Strings.string(subtype(type.value())));
        words.add(type.list(text));
        words.add(raw(fields, "Content-ID"));
        words.add(raw(fields, "Content-Description"));
        String encoding = parameters(fields, "Content-Transfer-Encoding", "7bit").value();
        words.add(Strings.string(encoding.isEmpty() ? "7bit" : encoding));
        words.add(String.valueOf(part.bodyOctets()));
        if (kind(part) == Node.Kind.MESSAGE) {
            MimePart inner = part.children().getFirst();
            words.add(Envelope.of(facts(inner).fields()));
            words.add(of(inner));
        }
        if (text || kind(part) == Node.Kind.MESSAGE) {
            words.add(String.valueOf(known.lines()));
        }
        if (extended) {
            words.add(raw(fields, "Content-MD5"));
            words.add(tail(fields));
        }
        return "(" + String.join(" ", words) + ")";
    }

    /// As written, whatever the transfer encoding is. A part that is not written as a type, or that
    /// promises a message or parts and holds none, is what the index took it for.
    private static Parameters type(MimePart part, HeaderSection fields) {
        Parameters written = parameters(fields, "Content-Type", part.type());
        String plain = written.value().toLowerCase(Locale.ROOT);
        boolean composite = plain.startsWith("multipart/") || plain.equals("message/rfc822");
        if (kind(part) == Node.Kind.LEAF && composite) {
            return new Parameters("application/octet-stream", written.named());
        }
        return TYPE.matcher(plain).matches()
                ? written
                : new Parameters(part.type(), written.named());
    }

    private static String subtype(String type) {
        return type.substring(type.indexOf('/') + 1);
    }

    private static Parameters parameters(HeaderSection fields, String name, String missing) {
        return Parameters.parse(fields.first(name).map(HeaderField::body).orElse(missing));
    }

    private static String raw(HeaderSection fields, String name) {
        return Strings.nstring(fields.first(name).map(HeaderField::body).orElse(null));
    }

    /// Disposition, language and location.
    private static String tail(HeaderSection fields) {
        String disposition =
                fields.first("Content-Disposition")
                        .map(field -> Parameters.parse(field.body()))
                        .map(it -> "(" + Strings.string(it.value()) + " " + it.list(false) + ")")
                        .orElse("NIL");
        return disposition + " " + languages(fields) + " " + raw(fields, "Content-Location");
    }

    private static String languages(HeaderSection fields) {
        String body = fields.first("Content-Language").map(HeaderField::body).orElse("");
        List<String> tags = new ArrayList<>();
        for (String tag : body.split(",", -1)) {
            if (!tag.isBlank()) {
                tags.add(Strings.string(tag.strip()));
            }
        }
        return tags.isEmpty() ? "NIL" : "(" + String.join(" ", tags) + ")";
    }
}
