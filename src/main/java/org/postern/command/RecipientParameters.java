package org.postern.command;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postern.mail.Options.Notify;
import org.postern.mail.Options.Recipient;

/// The parameters of RCPT: NOTIFY and ORCPT of RFC 3461, with the address type `utf-8` of RFC 6533.
public final class RecipientParameters {
    /// RFC 3461 §4.2, as it is written.
    static final int ORCPT_OCTETS_MAX = 500;

    /// RFC 3461 §4.2: an atom of RFC 5322 §3.2.3.
    private static final Pattern ADDRESS_TYPE =
            Pattern.compile("[A-Za-z0-9!#$%&'*/?^_`{|}~-]{1,30}");

    /// RFC 6533 §3: what is not ASCII, in a channel that carries nothing else.
    private static final Pattern EMBEDDED = Pattern.compile("\\\\x\\{([1-9A-F][0-9A-F]{1,5})}");

    private static final String UTF_8 = "utf-8";

    private RecipientParameters() {}

    /// @param given by keyword in upper case
    /// @param offered to this client, at this point
    /// @param smtpUtf8 whether MAIL asked for SMTPUTF8, without which ORCPT is ASCII
    public static Parsed<Recipient> read(
            Map<String, String> given, Set<Extension> offered, boolean smtpUtf8) {
        Recipient read = Recipient.USUAL;
        for (Map.Entry<String, String> parameter : given.entrySet()) {
            if (Extension.ofRcpt(parameter.getKey()).filter(offered::contains).isEmpty()) {
                return new Parsed.Unknown<>();
            }
            String value = parameter.getValue();
            String orcpt = read.orcpt();
            Set<Notify> wanted = read.wanted();
            Optional<Recipient> with =
                    parameter.getKey().equals("NOTIFY")
                            ? reports(value).map(reports -> new Recipient(reports, orcpt))
                            : original(value, smtpUtf8).map(who -> new Recipient(wanted, who));
            if (with.isEmpty()) {
                return new Parsed.Invalid<>();
            }
            read = with.get();
        }
        return new Parsed.Good<>(read);
    }

    /// §4.1: NEVER alone, or a list of the others.
    private static Optional<Set<Notify>> reports(String value) {
        String upper = value.toUpperCase(Locale.ROOT);
        Set<Notify> reports = EnumSet.noneOf(Notify.class);
        if (upper.equals("NEVER")) {
            return Optional.of(reports);
        }
        for (String word : upper.split(",", -1)) {
            boolean once =
                    switch (word) {
                        case "SUCCESS" -> reports.add(Notify.SUCCESS);
                        case "FAILURE" -> reports.add(Notify.FAILURE);
                        case "DELAY" -> reports.add(Notify.DELAY);
                        default -> false;
                    };
            if (!once) {
                return Optional.empty();
            }
        }
        return Optional.of(reports);
    }

    /// §4.2. What is not ASCII is kept in the form of RFC 6533 §3, so that whoever writes it down
    /// later needs no more than ASCII.
    private static Optional<String> original(String value, boolean smtpUtf8) {
        int semicolon = value.indexOf(';');
        boolean tooLong = value.getBytes(StandardCharsets.UTF_8).length > ORCPT_OCTETS_MAX;
        if (semicolon < 0 || tooLong) {
            return Optional.empty();
        }
        String type = value.substring(0, semicolon);
        String address = value.substring(semicolon + 1);
        boolean international = type.equalsIgnoreCase(UTF_8);
        if (!ADDRESS_TYPE.matcher(type).matches()) {
            return Optional.empty();
        }
        Optional<String> plain =
                international && smtpUtf8 ? Xtext.decode(embedded(address)) : Xtext.decode(address);
        return plain.filter(a -> !a.isEmpty() && (!international || isEmbeddedRight(a)))
                .map(a -> type.toLowerCase(Locale.ROOT) + ";" + a);
    }

    private static String embedded(String text) {
        StringBuilder ascii = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    if (c < 0x80) {
                        ascii.append((char) c);
                    } else {
                        String hex = HexFormat.of().withUpperCase().toHexDigits(c, 6);
                        ascii.append("\\x{").append(hex.replaceFirst("^0+", "")).append('}');
                    }
                });
        return ascii.toString();
    }

    /// Every backslash begins a code point that may not stand for itself.
    private static boolean isEmbeddedRight(String address) {
        String rest =
                EMBEDDED.matcher(address)
                        .replaceAll(found ->
                                isBeyondAscii(Integer.parseInt(found.group(1), 16)) ? "" : "!\\\\");
        return rest.indexOf('\\') < 0;
    }

    private static boolean isBeyondAscii(int c) {
        return (c > 0x9F && c < Character.MIN_SURROGATE)
                || (c > Character.MAX_SURROGATE && c <= Character.MAX_CODE_POINT);
    }
}
