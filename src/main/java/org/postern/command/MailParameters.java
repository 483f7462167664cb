package org.postern.command;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Options.Ret;

/// The parameters of MAIL.
///
/// @param size octets that the client announces (RFC 1870); 0 if it does not, `Long.MAX_VALUE` for
///   every number that is larger
/// @param eightBit BODY=8BITMIME (RFC 6152); BINARYMIME is not taken
/// @param smtpUtf8 RFC 6531 §3.4
/// @param requireTls RFC 8689 §4.1
/// @param ret RFC 3461 §4.3; null if the client does not say
/// @param envid RFC 3461 §4.4, decoded; null if the client names none
public record MailParameters(
        long size,
        boolean eightBit,
        boolean smtpUtf8,
        boolean requireTls,
        @Nullable Ret ret,
        @Nullable String envid) {
    /// RFC 3461 §4.4, as it is written.
    static final int ENVID_OCTETS_MAX = 100;

    /// So many digits always fit into a `long`.
    private static final int LONG_DIGITS = 18;

    /// Of a client that gives none.
    public static final MailParameters NONE =
            new MailParameters(0, false, false, false, null, null);

    /// @param given by keyword in upper case
    /// @param offered to this client, at this point
    public static Parsed<MailParameters> read(Map<String, String> given, Set<Extension> offered) {
        MailParameters read = NONE;
        for (Map.Entry<String, String> parameter : given.entrySet()) {
            if (Extension.ofMail(parameter.getKey()).filter(offered::contains).isEmpty()) {
                return new Parsed.Unknown<>();
            }
            Optional<MailParameters> with = read.with(parameter.getKey(), parameter.getValue());
            if (with.isEmpty()) {
                return new Parsed.Invalid<>();
            }
            read = with.get();
        }
        return new Parsed.Good<>(read);
    }

    private Optional<MailParameters> with(String keyword, String value) {
        return switch (keyword) {
            case "SIZE" ->
                    octets(value)
                            .map(octets ->
                                    new MailParameters(
                                            octets, eightBit, smtpUtf8, requireTls, ret, envid));
            case "BODY" ->
                    isEightBit(value)
                            .map(eight ->
                                    new MailParameters(
                                            size, eight, smtpUtf8, requireTls, ret, envid));
            case "SMTPUTF8" ->
                    flag(value)
                            .map(yes ->
                                    new MailParameters(
                                            size, eightBit, yes, requireTls, ret, envid));
            case "REQUIRETLS" ->
                    flag(value)
                            .map(yes ->
                                    new MailParameters(size, eightBit, smtpUtf8, yes, ret, envid));
            case "RET" ->
                    returned(value)
                            .map(what ->
                                    new MailParameters(
                                            size, eightBit, smtpUtf8, requireTls, what, envid));
            case "ENVID" ->
                    envelopeId(value)
                            .map(id ->
                                    new MailParameters(
                                            size, eightBit, smtpUtf8, requireTls, ret, id));
            // RFC 4954 §5 asks whoever offers AUTH to take it; who wrote is decided by the log-in.
            case "AUTH" -> Xtext.decode(value).filter(v -> !v.isEmpty()).map(v -> this);
            default -> throw new IllegalArgumentException("no parameter of MAIL: " + keyword);
        };
    }

    private static Optional<Long> octets(String value) {
        if (value.isEmpty() || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        String digits = value.replaceFirst("^0+(?=.)", "");
        return Optional.of(
                digits.length() <= LONG_DIGITS ? Long.parseLong(digits) : Long.MAX_VALUE);
    }

    private static Optional<Boolean> isEightBit(String value) {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "7BIT" -> Optional.of(false);
            case "8BITMIME" -> Optional.of(true);
            default -> Optional.empty();
        };
    }

    /// Of a parameter that has no value.
    private static Optional<Boolean> flag(String value) {
        return value.isEmpty() ? Optional.of(true) : Optional.empty();
    }

    private static Optional<Ret> returned(String value) {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "FULL" -> Optional.of(Ret.FULL);
            case "HDRS" -> Optional.of(Ret.HDRS);
            default -> Optional.empty();
        };
    }

    private static Optional<String> envelopeId(String value) {
        return value.length() > ENVID_OCTETS_MAX
                ? Optional.empty()
                : Xtext.decode(value).filter(id -> !id.isEmpty());
    }
}
