package org.postern.outline;

import java.util.stream.Collectors;
import org.postern.mime.HeaderField;
import org.postern.mime.HeaderSection;

/// ENVELOPE: RFC 3501 §7.4.2. Fields stand there as they are written, only unfolded.
final class Envelope {
    /// Of a message of which no field is known.
    static final String NOTHING = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";

    private Envelope() {}

    static String of(HeaderSection fields) {
        String from = addresses(fields, "From");
        return "(%s %s %s %s %s %s %s %s %s %s)"
                .formatted(
                        text(fields, "Date"),
                        text(fields, "Subject"),
                        from,
                        orFrom(addresses(fields, "Sender"), from),
                        orFrom(addresses(fields, "Reply-To"), from),
                        addresses(fields, "To"),
                        addresses(fields, "Cc"),
                        addresses(fields, "Bcc"),
                        text(fields, "In-Reply-To"),
                        text(fields, "Message-ID"));
    }

    private static String orFrom(String addresses, String from) {
        return addresses.equals("NIL") ? from : addresses;
    }

    private static String text(HeaderSection fields, String name) {
        return Strings.nstring(fields.first(name).map(HeaderField::body).orElse(null));
    }

    /// Of all fields of that name: RFC 5322 §3.6 allows one, and what stands in others is not lost.
    private static String addresses(HeaderSection fields, String name) {
        return AddressList.of(
                fields.all(name).stream().map(HeaderField::body).collect(Collectors.joining(", ")));
    }
}
