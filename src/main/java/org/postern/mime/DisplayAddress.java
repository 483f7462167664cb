package org.postern.mime;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postern.mail.Address;

/// One mailbox of a From, To or Cc field, to be shown: RFC 5322 §3.4. Whom mail goes to is never
/// read here; that is the envelope's.
///
/// @param name decoded, without characters that hide or turn text; may be empty
/// @param addressText as written, perhaps no address at all
public record DisplayAddress(String name, String addressText) {
    /// Mailboxes of one field that are read; those behind are left out.
    public static final int MAILBOXES_MAX = 1_000;

    private static final Pattern COMMA = Pattern.compile(",");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /// What a field that must name one person says.
    public sealed interface Single {
        /// Exactly one mailbox with a real address.
        record One(DisplayAddress shown, Address address) implements Single {}

        /// Something else; the reason is a sentence for people, without the field's content.
        record NotOne(String reason) implements Single {}
    }

    /// Mailboxes that one From field may name.
    public static final int AUTHORS_MAX = 10;

    /// Whom the From field of a message names.
    public sealed interface Authors {
        /// At least one mailbox, all of them with real addresses, in their order.
        record Named(List<Address> addresses) implements Authors {}

        /// Something else; the reason is a sentence for people, without the field's content.
        record Unnamed(String reason) implements Authors {}
    }

    /// Reads a list of mailboxes and groups. Lenient: whatever stands there gives some list. Takes
    /// linear time.
    ///
    /// @param body as [HeaderField#body] gives it
    public static List<DisplayAddress> list(String body) {
        return new Reader(body).read();
    }

    /// Reads a field that must hold exactly one mailbox, such as From: two fields, a group, a list
    /// or text behind the angle brackets are all something else. Nothing is guessed.
    public static Single single(HeaderSection header, String field) {
        List<HeaderField> fields = header.all(field);
        if (fields.size() != 1) {
            return new Single.NotOne(count(fields.size(), field));
        }
        Reader reader = new Reader(fields.getFirst().body());
        List<DisplayAddress> mailboxes = reader.read();
        if (reader.group) {
            return new Single.NotOne(aGroup(field));
        }
        if (mailboxes.size() != 1) {
            return new Single.NotOne(
                    mailboxes.isEmpty()
                            ? nothing(field)
                            : "the %s field holds several mailboxes".formatted(field));
        }
        DisplayAddress only = mailboxes.getFirst();
        Optional<Address> address = only.mailbox();
        if (reader.malformed || address.isEmpty()) {
            return new Single.NotOne(
                    "the %s field does not hold a readable address".formatted(field));
        }
        return new Single.One(only, address.get());
    }

    /// Reads the one From field of a message, which may name several authors (RFC 5322 §3.6.2).
    /// Nothing is guessed: unless each of them has a real address, nobody is named.
    public static Authors authors(HeaderSection header) {
        List<HeaderField> fields = header.all("From");
        if (fields.size() != 1) {
            return new Authors.Unnamed(count(fields.size(), "From"));
        }
        Reader reader = new Reader(fields.getFirst().body());
        List<DisplayAddress> mailboxes = reader.read();
        if (reader.group) {
            return new Authors.Unnamed(aGroup("From"));
        }
        if (mailboxes.isEmpty()) {
            return new Authors.Unnamed(nothing("From"));
        }
        if (mailboxes.size() > AUTHORS_MAX) {
            return new Authors.Unnamed(
                    "the From field names more than %d mailboxes".formatted(AUTHORS_MAX));
        }
        List<Address> addresses =
                mailboxes.stream().map(DisplayAddress::mailbox).flatMap(Optional::stream).toList();
        if (!reader.malformed && addresses.size() == mailboxes.size()) {
            return new Authors.Named(addresses);
        }
        return commaInName(fields.getFirst().body())
                .<Authors>map(only -> new Authors.Named(List.of(only.author())))
                .orElseGet(() -> new Authors.Unnamed("the From field holds what is no address"));
    }

    /// The one author of a message; empty if From names several or nobody.
    public static Optional<Address> author(HeaderSection header) {
        return switch (authors(header)) {
            case Authors.Named(List<Address> all) ->
                    all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
            case Authors.Unnamed _ -> Optional.empty();
        };
    }

    /// A name that wants quotation marks, as in `Doe, John <john@far.example>`: real programs write
    /// it. Who is meant is beyond doubt if all of the field but the angle brackets at its end is
    /// plain text in which nobody can read an address, not even by decoding it.
    private static Optional<Unquoted> commaInName(String body) {
        String text = body.strip();
        int open = text.indexOf('<');
        boolean angle =
                open > 0 && text.lastIndexOf('<') == open && text.indexOf('>') == text.length() - 1;
        if (!angle) {
            return Optional.empty();
        }
        String name = text.substring(0, open);
        String inside = text.substring(open + 1, text.length() - 1);
        boolean plain =
                name.contains(",")
                        && isPlain(name)
                        && isPlain(EncodedWords.text(name))
                        && inside.indexOf('"') < 0
                        && inside.indexOf('@') == inside.lastIndexOf('@');
        return plain
                ? new DisplayAddress("", inside.strip())
                        .mailbox()
                        .map(author -> new Unquoted(name, author))
                : Optional.empty();
    }

    /// A name with a comma, and whose it is.
    private record Unquoted(String name, Address author) {}

    /// The local parts that a server may make of From and complete with a domain of its own, where
    /// [#authors] takes a name with a comma for a name: each piece before the last comma, with a
    /// point for each blank, as it stands there and decoded. Few, and empty for any other From.
    public static Set<String> completable(HeaderSection header) {
        List<HeaderField> fields = header.all("From");
        Optional<Unquoted> found =
                authors(header) instanceof Authors.Named
                        ? commaInName(fields.getFirst().body())
                        : Optional.empty();
        return found.map(Unquoted::name).stream()
                .flatMap(name -> Stream.of(name, EncodedWords.text(name)))
                .map(name -> name.substring(0, Math.max(0, name.lastIndexOf(','))))
                .flatMap(COMMA::splitAsStream)
                .map(piece -> BLANKS.matcher(piece.strip()).replaceAll("."))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Whether no program can take any of it for more than words: no address, group, route, quoted
    /// string, comment or literal begins or ends there. Signs that look like `@` count as one.
    private static boolean isPlain(String name) {
        String signs = "@<>\"\\;:()[]\uFF20\uFE6B";
        return name.chars().noneMatch(c -> (c < ' ' && c != '\t') || signs.indexOf(c) >= 0);
    }

    private static String count(int fields, String field) {
        return fields == 0
                ? "there is no %s field".formatted(field)
                : "there are %d %s fields".formatted(fields, field);
    }

    private static String aGroup(String field) {
        return "the %s field holds a group".formatted(field);
    }

    private static String nothing(String field) {
        return "the %s field is empty".formatted(field);
    }

    /// The address, if it is one (RFC 5322 §3.4.1, strict). Octets beyond ASCII are UTF-8 (RFC 6532
    /// §3.2) or nothing.
    public Optional<Address> mailbox() {
        if (addressText.chars().allMatch(c -> c < 0x80)) {
            return Address.parse(addressText);
        }
        try {
            ByteBuffer octets =
                    StandardCharsets.ISO_8859_1.newEncoder().encode(CharBuffer.wrap(addressText));
            return Address.parse(StandardCharsets.UTF_8.newDecoder().decode(octets).toString());
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }

    /// Whose it is, is content.
    @Override
    public String toString() {
        return "a mailbox";
    }

    /// Goes over a field body once.
    private static final class Reader {
        private final String text;
        private final List<DisplayAddress> mailboxes = new ArrayList<>();
        private final StringBuilder phrase = new StringBuilder();
        private final StringBuilder comment = new StringBuilder();
        private final StringBuilder angle = new StringBuilder();
        private boolean angleSeen;
        private boolean quotedSeen;
        private int at;

        /// A group was opened, or a semicolon closed none.
        private boolean group;

        private boolean malformed;

        Reader(String text) {
            this.text = text;
        }

        List<DisplayAddress> read() {
            while (at < text.length() && mailboxes.size() < MAILBOXES_MAX) {
                char c = text.charAt(at);
                switch (c) {
                    case ',' -> endMailbox();
                    case ';' -> {
                        group = true;
                        endMailbox();
                    }
                    case ':' -> {
                        group = true;
                        clear();
                    }
                    case '(' -> readComment();
                    case '<' -> readAngle();
                    case '"' -> {
                        malformed |= angleSeen;
                        quotedSeen = true;
                        readQuoted(phrase);
                    }
                    default -> {
                        malformed |= angleSeen && c != ' ' && c != '\t';
                        phrase.append(c);
                    }
                }
                at++;
            }
            endMailbox();
            return List.copyOf(mailboxes);
        }

        private void endMailbox() {
            String words = phrase.toString().strip();
            if (angleSeen) {
                mailboxes.add(new DisplayAddress(name(words), angle.toString().strip()));
            } else if (!words.isEmpty()) {
                mailboxes.add(new DisplayAddress(name(comment.toString()), words));
            } else {
                malformed |= !comment.isEmpty();
            }
            clear();
        }

        private String name(String words) {
            String unquoted = quotedSeen && angleSeen ? unquote(words) : words;
            return EncodedWords.decode(unquoted).strip();
        }

        /// Takes the quotation marks away that `readQuoted` kept, because a bare address needs
        /// them.
        private static String unquote(String words) {
            StringBuilder plain = new StringBuilder();
            for (int i = 0; i < words.length(); i++) {
                char c = words.charAt(i);
                if (c == '\\' && i + 1 < words.length()) {
                    i++;
                    plain.append(words.charAt(i));
                } else if (c != '"') {
                    plain.append(c);
                }
            }
            return plain.toString();
        }

        private void clear() {
            phrase.setLength(0);
            comment.setLength(0);
            angle.setLength(0);
            angleSeen = false;
            quotedSeen = false;
        }

        private void readAngle() {
            malformed |= angleSeen;
            angleSeen = true;
            angle.setLength(0);
            at++;
            while (at < text.length() && text.charAt(at) != '>') {
                if (text.charAt(at) == '"') {
                    readQuoted(angle);
                } else {
                    angle.append(text.charAt(at));
                }
                at++;
            }
            malformed |= at >= text.length();
        }

        /// Copies a quoted string with its marks and backslashes.
        private void readQuoted(StringBuilder target) {
            int begin = at;
            at++;
            while (at < text.length() && text.charAt(at) != '"') {
                at += text.charAt(at) == '\\' ? 2 : 1;
            }
            malformed |= at >= text.length();
            target.append(text, begin, Math.min(at + 1, text.length()));
        }

        private void readComment() {
            int depth = 0;
            for (; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '\\') {
                    at++;
                } else if (c == '(') {
                    depth++;
                } else if (c == ')' && --depth == 0) {
                    return;
                } else if (depth > 0) {
                    comment.append(c);
                }
            }
            malformed = true;
        }
    }
}
