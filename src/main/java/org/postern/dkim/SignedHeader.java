package org.postern.dkim;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;

/// The octets that a signature signs: RFC 6376 §3.7 and §5.4.2. One place for both directions.
final class SignedHeader {
    private SignedHeader() {}

    /// @param names of the signed fields in lower case; the last field of a name goes with its
    ///   first occurrence, and a name beyond the fields that exist says that there are no more
    /// @param own the signature field itself; it is not one of the signed fields, and its `b=` does
    ///   not count
    static byte[] octets(
            HeaderSection header, List<String> names, Canonical form, HeaderField own) {
        Map<String, List<HeaderField>> left = new HashMap<>();
        for (HeaderField field : header.fields()) {
            if (!field.equals(own)) {
                left.computeIfAbsent(field.name().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                        .add(field);
            }
        }
        ByteArrayOutputStream octets = new ByteArrayOutputStream(4 * 1_024);
        for (String name : names) {
            List<HeaderField> fields = left.getOrDefault(name, List.of());
            if (!fields.isEmpty()) {
                octets.writeBytes(form.header(fields.removeLast()));
            }
        }
        octets.writeBytes(form.signature(DkimSignature.unsigned(own)));
        return octets.toByteArray();
    }
}
