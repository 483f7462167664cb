package org.postern.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.postern.grammar.FetchItem.Fact;
import org.postern.grammar.FetchItem.Kind;
import org.postern.grammar.FetchItem.Octets;
import org.postern.grammar.FetchItem.Section;
import org.postern.grammar.FetchItem.Shape;
import org.postern.grammar.FetchItem.Span;

/// Reads what FETCH asks for: RFC 3501 §9, `fetch-att`.
final class FetchParser {
    /// Things asked for at once.
    private static final int ITEMS_MAX = 100;

    /// Parts inside one another; no message that was accepted has more.
    private static final int DEPTH_MAX = 100;

    /// No message that was accepted has more parts.
    private static final long PART_MAX = 10_000;

    private static final int FIELDS_MAX = 200;

    /// Parts to be decoded, and previews: each may go through the whole of every message.
    private static final int DECODED_MAX = 20;

    private final Words words;

    private int decoded;

    private FetchParser(Words words) {
        this.words = words;
    }

    static List<FetchItem> read(Words words) throws MalformedException {
        return new FetchParser(words).items();
    }

    private List<FetchItem> items() throws MalformedException {
        List<FetchItem> items = new ArrayList<>();
        if (!words.take('(')) {
            add(items, true);
            return items;
        }
        do {
            add(items, false);
            if (items.size() > ITEMS_MAX) {
                throw new MalformedException("more than 100 items are asked for");
            }
        } while (words.take(' '));
        words.expect(')');
        return items;
    }

    private void add(List<FetchItem> items, boolean alone) throws MalformedException {
        String name = name();
        if (alone && isMacro(name)) {
            items.addAll(List.of(Fact.FLAGS, Fact.INTERNALDATE, Fact.SIZE));
            if (!name.equals("FAST")) {
                items.add(Shape.ENVELOPE);
            }
            if (name.equals("FULL")) {
                items.add(Shape.BODY);
            }
        } else {
            items.add(item(name));
        }
    }

    private static boolean isMacro(String name) {
        return name.equals("ALL") || name.equals("FAST") || name.equals("FULL");
    }

    /// Up to a bracket, which no name holds.
    private String name() throws MalformedException {
        StringBuilder name = new StringBuilder();
        while (Character.isLetterOrDigit(words.peek()) || words.peek() == '.') {
            char c = words.peek();
            words.expect(c);
            name.append(c);
        }
        return name.toString().toUpperCase(Locale.ROOT);
    }

    private FetchItem item(String name) throws MalformedException {
        return switch (name) {
            case "FLAGS" -> Fact.FLAGS;
            case "UID" -> Fact.UID;
            case "INTERNALDATE" -> Fact.INTERNALDATE;
            case "RFC822.SIZE" -> Fact.SIZE;
            case "MODSEQ" -> Fact.MODSEQ;
            case "EMAILID" -> Fact.EMAILID;
            case "THREADID" -> Fact.THREADID;
            case "SAVEDATE" -> Fact.SAVEDATE;
            case "ENVELOPE" -> Shape.ENVELOPE;
            case "BODYSTRUCTURE" -> Shape.BODYSTRUCTURE;
            case "RFC822" -> new Octets(name, Section.WHOLE, false, null);
            case "RFC822.HEADER" -> new Octets(name, whole(Kind.HEADER), true, null);
            case "RFC822.TEXT" -> new Octets(name, whole(Kind.TEXT), false, null);
            case "BODY" -> words.peek() == '[' ? octets(false) : Shape.BODY;
            case "BODY.PEEK" -> octets(true);
            case "BINARY" -> binary(false, false);
            case "BINARY.PEEK" -> binary(false, true);
            case "BINARY.SIZE" -> binary(true, true);
            case "PREVIEW" -> preview();
            default -> throw new MalformedException("an item that FETCH does not know");
        };
    }

    private static Section whole(Kind kind) {
        return new Section(List.of(), kind, List.of());
    }

    private Octets octets(boolean peek) throws MalformedException {
        words.expect('[');
        Section section = section();
        words.expect(']');
        return new Octets("BODY[" + label(section) + "]", section, peek, span());
    }

    private @Nullable Span span() throws MalformedException {
        if (!words.take('<')) {
            return null;
        }
        long begin = words.number();
        words.expect('.');
        Span span = new Span(begin, words.positive());
        words.expect('>');
        return span;
    }

    private void countDecoded() throws MalformedException {
        if (++decoded > DECODED_MAX) {
            throw new MalformedException("more than 20 parts to be decoded are asked for");
        }
    }

    /// RFC 3516 §7: a part by its number, or the whole message.
    private FetchItem.Binary binary(boolean size, boolean peek) throws MalformedException {
        countDecoded();
        words.expect('[');
        Section section =
                words.peek() == ']' ? Section.WHOLE : new Section(part(), Kind.ALL, List.of());
        words.expect(']');
        String label = (size ? "BINARY.SIZE[" : "BINARY[") + label(section) + "]";
        return new FetchItem.Binary(label, section.part(), size, peek, size ? null : span());
    }

    private List<Integer> part() throws MalformedException {
        List<Integer> part = new ArrayList<>();
        do {
            part.add(number(part));
        } while (words.take('.'));
        return part;
    }

    /// One that is too large is no part, as any that is not there.
    private int number(List<Integer> before) throws MalformedException {
        if (before.size() == DEPTH_MAX) {
            throw new MalformedException("a part lies more than 100 deep");
        }
        return (int) Math.min(words.positive(), PART_MAX + 1);
    }

    /// RFC 8970 §6.
    private FetchItem preview() throws MalformedException {
        countDecoded();
        return new FetchItem.Preview(words.takeAhead(" (LAZY)"));
    }

    private Section section() throws MalformedException {
        List<Integer> part = new ArrayList<>();
        while (Character.isDigit(words.peek())) {
            part.add(number(part));
            if (!words.take('.')) {
                return new Section(part, Kind.ALL, List.of());
            }
        }
        if (part.isEmpty() && words.peek() == ']') {
            return Section.WHOLE;
        }
        return switch (name()) {
            case "HEADER" -> new Section(part, Kind.HEADER, List.of());
            case "HEADER.FIELDS" -> new Section(part, Kind.HEADER_FIELDS, fields());
            case "HEADER.FIELDS.NOT" -> new Section(part, Kind.HEADER_FIELDS_NOT, fields());
            case "TEXT" -> new Section(part, Kind.TEXT, List.of());
            case "MIME" -> {
                if (part.isEmpty()) {
                    throw new MalformedException("MIME needs the number of a part");
                }
                yield new Section(part, Kind.MIME, List.of());
            }
            default -> throw new MalformedException("a section that is none");
        };
    }

    private List<String> fields() throws MalformedException {
        words.space();
        words.expect('(');
        List<String> fields = new ArrayList<>();
        do {
            String field = words.astring();
            if (!isFieldName(field) || fields.size() == FIELDS_MAX) {
                throw new MalformedException("no name of a header field, or too many");
            }
            fields.add(field);
        } while (words.take(' '));
        words.expect(')');
        return fields;
    }

    /// RFC 5322 §3.6.8; it is repeated in the answer.
    private static boolean isFieldName(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7F && c != ':');
    }

    private static String label(Section section) {
        StringJoiner label = new StringJoiner(".");
        section.part().forEach(number -> label.add(number.toString()));
        return switch (section.kind()) {
            case ALL -> label.toString();
            case HEADER -> label.add("HEADER").toString();
            case HEADER_FIELDS -> label.add("HEADER.FIELDS").toString() + names(section);
            case HEADER_FIELDS_NOT -> label.add("HEADER.FIELDS.NOT").toString() + names(section);
            case TEXT -> label.add("TEXT").toString();
            case MIME -> label.add("MIME").toString();
        };
    }

    private static String names(Section section) {
        StringJoiner names = new StringJoiner(" ", " (", ")");
        for (String field : section.fields()) {
            boolean plain = field.chars().noneMatch(c -> "(){%*\"\\]".indexOf(c) >= 0);
            names.add(plain ? field : "\"" + field.replaceAll("([\"\\\\])", "\\\\$1") + "\"");
        }
        return names.toString();
    }
}
