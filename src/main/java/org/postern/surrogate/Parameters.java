package org.postern.surrogate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postern.mime.ContentField;
import org.postern.mime.MimeException;

/// The fields that say what a part is (RFC 2045 §5, §6, RFC 2183) without UTF-8: RFC 6858 §2.2.
/// They are never left out, because without them the part would be another one: a parameter with
/// UTF-8 goes, in all its forms; in the value and in comments an `x` takes the place of each octet.
/// A rewriting by which a multipart would be divided otherwise is not used.
final class Parameters {
    private static final Set<String> FIELDS =
            Set.of("content-type", "content-disposition", "content-transfer-encoding");

    private static final String MULTIPART = "multipart/";

    private Parameters() {}

    static boolean hasThem(String field) {
        return FIELDS.contains(field.toLowerCase(Locale.ROOT));
    }

    /// @param body of the field, with its folding
    static String without(String body) {
        return rewritten(body, _ -> List.of());
    }

    /// The same, with another parameter of the same length in the place of each: it has a name that
    /// nobody looks for, and says nothing.
    static String masked(String body) {
        return rewritten(body, parameter -> List.of(parameter.masked()));
    }

    /// @param lost what takes the place of a parameter
    private static String rewritten(String body, Function<Parameter, List<String>> lost) {
        if (Utf8.isAscii(body)) {
            return body;
        }
        List<Parameter> pieces = Parameter.divide(body);
        String value = value(pieces.getFirst());
        List<Parameter> parameters = pieces.subList(1, pieces.size());
        String said =
                parameters.stream()
                        .filter(Parameter::isNamed)
                        .map(Parameter::said)
                        .collect(Collectors.joining("\n"));
        List<String> kept = new ArrayList<>(List.of(value));
        if (!Utf8.isAscii(said) && !Utf8.isMeant(said)) {
            parameters.forEach(it -> kept.add(it.text()));
            return String.join(";", kept);
        }
        Set<String> bases =
                parameters.stream()
                        .filter(it -> it.isNamed() && !Utf8.isAscii(it.said()))
                        .map(Parameter::base)
                        .collect(Collectors.toSet());
        for (Parameter it : parameters) {
            boolean goes = it.isNamed() && bases.contains(it.base());
            kept.addAll(goes ? lost.apply(it) : List.of(Utf8.crossed(it.text())));
        }
        List<String> crossed = new ArrayList<>(List.of(value));
        parameters.forEach(it -> crossed.add(Utf8.crossed(it.text())));
        for (List<String> tried : List.of(kept, crossed)) {
            String written = String.join(";", tried);
            if (boundary(written).equals(boundary(body))) {
                return written;
            }
        }
        return body;
    }

    private static String value(Parameter piece) {
        String text = piece.text();
        String said = Lexer.withoutComments(text);
        if (Utf8.isAscii(said) || Utf8.isMeant(said)) {
            // What is written so is no type here; it must not become one with parts.
            boolean composite =
                    !Utf8.isAscii(said)
                            && said.replaceAll("[ \t]", "")
                                    .regionMatches(true, 0, MULTIPART, 0, MULTIPART.length());
            return Utf8.crossed(composite ? text.replaceAll("[A-Za-z]", "x") : text);
        }
        return text;
    }

    /// What divides a multipart; empty if that can be nothing (`MimeIndex`).
    private static String boundary(String body) {
        try {
            String boundary =
                    ContentField.parse(body.replace("\r\n", "").replace("\n", "").strip())
                            .parameter("boundary")
                            .stripTrailing();
            return boundary.chars().allMatch(c -> c >= ' ' && c < 0x7F) ? boundary : "";
        } catch (MimeException _) {
            return "";
        }
    }
}
