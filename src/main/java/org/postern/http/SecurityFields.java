package org.postern.http;

import java.util.ArrayList;
import java.util.List;
import org.postern.http.WebResponse.Field;

/// The fields of every response: nothing from elsewhere, nothing inline, nothing kept, nothing
/// framed.
final class SecurityFields {
    /// `strict-origin` and not `no-referrer`: with the latter browsers send `Origin: null` with our
    /// own forms, and with `same-origin` the path of a pickup link would stand in our own Referer.
    private static final List<Field> ALWAYS =
            List.of(
                    new Field(
                            "Content-Security-Policy",
                            "default-src 'none'; style-src 'self'; script-src 'self'; img-src"
                                    + " 'self' data:; frame-src 'self'; connect-src 'self';"
                                    + " form-action 'self'; base-uri 'none'; frame-ancestors"
                                    + " 'none'; object-src 'none'"),
                    new Field("X-Content-Type-Options", "nosniff"),
                    new Field("Referrer-Policy", "strict-origin"),
                    new Field("Cross-Origin-Opener-Policy", "same-origin"),
                    new Field("Cross-Origin-Resource-Policy", "same-origin"),
                    new Field(
                            "Permissions-Policy",
                            "camera=(), microphone=(), geolocation=(),"
                                    + " publickey-credentials-get=(self),"
                                    + " publickey-credentials-create=(self)"),
                    new Field("Cache-Control", "no-store"),
                    new Field("X-Robots-Tag", "noindex, nofollow"));

    private final List<Field> fields;

    /// @param pinned whether browsers shall remember to use TLS (RFC 6797)
    SecurityFields(boolean pinned) {
        List<Field> all = new ArrayList<>(ALWAYS);
        if (pinned) {
            all.add(new Field("Strict-Transport-Security", "max-age=63072000; includeSubDomains"));
        }
        fields = List.copyOf(all);
    }

    List<Field> fields() {
        return fields;
    }
}
