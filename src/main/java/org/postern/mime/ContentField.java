package org.postern.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The body of a Content-Type, Content-Disposition or Content-Transfer-Encoding field: a value and
/// parameters. RFC 2045 §5.1, RFC 2183, RFC 2231.
///
/// Lenient, so that each field has one meaning here; where others may read another one, an [Oddity]
/// says so. Takes linear time.
///
/// @param value in lower case, without white space and comments
/// @param parameters by name in lower case, continuations joined and decoded (RFC 2231)
public record ContentField(String value, Map<String, String> parameters, Set<Oddity> oddities) {
    /// Segments of one parameter (RFC 2231 §3).
    public static final int SEGMENTS_MAX = 100;

    /// Parameters of one field, each segment counted.
    public static final int PARAMETERS_MAX = 200;

    public ContentField {
        parameters = Map.copyOf(parameters);
        oddities = Set.copyOf(oddities);
    }

    /// Reads an unfolded field body.
    ///
    /// @throws MimeException if a limit is broken
    public static ContentField parse(String body) throws MimeException {
        return new Reader(body).read();
    }

    /// The parameter of that name, or an empty text.
    public String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /// Whether the value has the form `type/subtype` of RFC 2045 §5.1.
    boolean isType() {
        int slash = value.indexOf('/');
        return slash > 0
                && isToken(value.substring(0, slash))
                && isToken(value.substring(slash + 1));
    }

    private static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c -> c > ' ' && c < 0x7F && "()<>@,;:\\\"/[]?=".indexOf(c) < 0);
    }

    /// Goes over the text once.
    private static final class Reader {
        private final String text;
        private final Set<Oddity> oddities = EnumSet.noneOf(Oddity.class);
        private final Map<String, Forms> parameters = new LinkedHashMap<>();
        private int at;
        private int count;

        Reader(String text) {
            this.text = text;
        }

        ContentField read() throws MimeException {
            String value = unquoted().toLowerCase(Locale.ROOT);
            while (at < text.length()) {
                at++; // the semicolon
                readParameter();
            }
            Map<String, String> effective = new HashMap<>();
            for (Map.Entry<String, Forms> parameter : parameters.entrySet()) {
                effective.put(parameter.getKey(), parameter.getValue().effective(oddities));
            }
            return new ContentField(value, effective, oddities);
        }

        private void readParameter() throws MimeException {
            StringBuilder name = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '=' && text.charAt(at) != ';') {
                char c = text.charAt(at);
                if (c == '(') {
                    skipComment();
                } else {
                    if (!isWhite(c)) {
                        name.append(c);
                    }
                    at++;
                }
            }
            if (at == text.length() || text.charAt(at) == ';') {
                if (!name.isEmpty()) {
                    oddities.add(Oddity.MALFORMED_FIELD);
                }
                return;
            }
            at++; // the equals sign
            skipWhite();
            String value =
                    at < text.length() && text.charAt(at) == '"' ? quoted() : unquotedValue();
            if (++count > PARAMETERS_MAX) {
                throw new MimeException(
                        "a header field has more than %d parameters".formatted(PARAMETERS_MAX));
            }
            add(name.toString().toLowerCase(Locale.ROOT), value);
        }

        /// RFC 2231 §7: `name`, `name*`, `name*0` or `name*0*`.
        private void add(String name, String value) throws MimeException {
            int star = name.indexOf('*');
            String base = star < 0 ? name : name.substring(0, star);
            if (base.isEmpty()) {
                oddities.add(Oddity.MALFORMED_FIELD);
                return;
            }
            Forms forms = parameters.computeIfAbsent(base, b -> new Forms());
            String suffix = star < 0 ? "" : name.substring(star);
            if (!forms.put(suffix, value, oddities)) {
                oddities.add(Oddity.MALFORMED_FIELD);
            }
        }

        private String unquotedValue() {
            int begin = at;
            String value = unquoted();
            String written = text.substring(begin, at).strip();
            if (written.chars().anyMatch(c -> isWhite((char) c) || c == '"')) {
                oddities.add(Oddity.MALFORMED_FIELD);
            }
            // `filename=a b.pdf` lacks its quotes; everybody reads it to the semicolon.
            return oddities.contains(Oddity.COMMENT) ? value : written;
        }

        /// Up to the next semicolon, without white space and comments.
        private String unquoted() {
            StringBuilder value = new StringBuilder();
            while (at < text.length() && text.charAt(at) != ';') {
                char c = text.charAt(at);
                if (c == '(') {
                    skipComment();
                } else {
                    if (!isWhite(c)) {
                        value.append(c);
                    }
                    at++;
                }
            }
            return value.toString();
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            at++;
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
                at++;
            }
            if (at == text.length()) {
                oddities.add(Oddity.MALFORMED_FIELD);
                return value.toString();
            }
            at++;
            if (!unquoted().isEmpty()) {
                oddities.add(Oddity.MALFORMED_FIELD);
            }
            return value.toString();
        }

        /// RFC 5322 §3.2.2: comments nest.
        private void skipComment() {
            oddities.add(Oddity.COMMENT);
            int depth = 0;
            do {
                char c = text.charAt(at);
                if (c == '\\') {
                    at++;
                } else if (c == '(') {
                    depth++;
                } else if (c == ')') {
                    depth--;
                }
                at++;
            } while (at < text.length() && depth > 0);
            at = Math.min(at, text.length());
            if (depth > 0) {
                oddities.add(Oddity.MALFORMED_FIELD);
            }
        }

        private void skipWhite() {
            while (at < text.length() && isWhite(text.charAt(at))) {
                at++;
            }
        }

        private static boolean isWhite(char c) {
            return c == ' ' || c == '\t' || c == '\r' || c == '\n';
        }
    }

    /// The ways in which one parameter is written in one field.
    private static final class Forms {
        private @Nullable String plain;
        private @Nullable String extended;
        private final Map<Integer, Segment> segments = new HashMap<>();

        private record Segment(String value, boolean extended) {}

        /// @return false if the suffix is none
        boolean put(String suffix, String value, Set<Oddity> oddities) throws MimeException {
            boolean first;
            if (suffix.isEmpty()) {
                first = plain == null;
                plain = first ? value : plain;
            } else if (suffix.equals("*")) {
                first = extended == null;
                extended = first ? value : extended;
            } else {
                boolean percent = suffix.endsWith("*");
                String digits = suffix.substring(1, suffix.length() - (percent ? 1 : 0));
                if (!digits.matches("0|[1-9][0-9]{0,5}")) {
                    return false;
                }
                if (segments.size() == SEGMENTS_MAX) {
                    throw new MimeException(
                            "a parameter has more than %d segments".formatted(SEGMENTS_MAX));
                }
                Segment segment = new Segment(value, percent);
                first = segments.putIfAbsent(Integer.valueOf(digits), segment) == null;
            }
            if (!first) {
                oddities.add(Oddity.DUPLICATE_PARAMETER);
            }
            return true;
        }

        /// The extended form, else the continued one, else the plain one.
        String effective(Set<Oddity> oddities) {
            String continued = join(oddities);
            String decoded = extended == null ? null : decode(extended);
            String literal = plain == null ? null : Text.ofHeader(plain);
            String effective = decoded != null ? decoded : continued != null ? continued : literal;
            for (String other : new @Nullable String[] {continued, literal}) {
                if (other != null && !other.equals(effective)) {
                    oddities.add(Oddity.DUPLICATE_PARAMETER);
                }
            }
            return effective == null ? "" : effective;
        }

        private @Nullable String join(Set<Oddity> oddities) {
            Segment first = segments.get(0);
            if (first == null) {
                if (!segments.isEmpty()) {
                    oddities.add(Oddity.MALFORMED_FIELD);
                }
                return null;
            }
            String[] head = first.extended ? split(first.value) : new String[] {"", first.value};
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            write(octets, head[1], first.extended);
            int next = 1;
            for (Segment s = segments.get(next); s != null; s = segments.get(++next)) {
                write(octets, s.value, s.extended);
            }
            if (next < segments.size()) {
                oddities.add(Oddity.MALFORMED_FIELD);
            }
            return Text.decode(octets.toByteArray(), head[0]);
        }

        private static String decode(String value) {
            String[] parts = split(value);
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            write(octets, parts[1], true);
            return Text.decode(octets.toByteArray(), parts[0]);
        }

        /// `charset'language'text` as charset and text.
        private static String[] split(String value) {
            int first = value.indexOf('\'');
            int second = first < 0 ? -1 : value.indexOf('\'', first + 1);
            return second < 0
                    ? new String[] {"", value}
                    : new String[] {value.substring(0, first), value.substring(second + 1)};
        }

        private static void write(ByteArrayOutputStream octets, String text, boolean percent) {
            byte[] raw = text.getBytes(ISO_8859_1);
            for (int i = 0; i < raw.length; i++) {
                int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
                int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
                if (percent && raw[i] == '%' && high >= 0 && low >= 0) {
                    octets.write(high * 16 + low);
                    i += 2;
                } else {
                    octets.write(raw[i]);
                }
            }
        }
    }
}
