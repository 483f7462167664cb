package org.postern.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The fields of a form or of a query: `application/x-www-form-urlencoded`, UTF-8. Of a field that
/// comes twice the first counts.
public final class FormFields {
    private static final int FIELDS_MAX = 50;

    private final Map<String, String> values;

    private FormFields(Map<String, String> values) {
        this.values = values;
    }

    /// @throws BadRequest if it is damaged or has too many fields
    static FormFields parse(String encoded) throws BadRequest {
        Map<String, String> values = new LinkedHashMap<>();
        if (!encoded.isEmpty()) {
            for (String pair : encoded.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                values.putIfAbsent(decode(name), decode(value));
                if (values.size() > FIELDS_MAX) {
                    throw new BadRequest(400, "too many fields");
                }
            }
        }
        return new FormFields(values);
    }

    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /// The value, or an empty text where there is none.
    public String text(String name) {
        return values.getOrDefault(name, "");
    }

    private static String decode(String text) throws BadRequest {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadRequest(400, "bad percent encoding");
        }
    }
}
