package org.postern.ldap;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import java.util.HexFormat;
import java.util.Optional;
import org.postern.mail.Address;

/// A search filter (RFC 4515) with `{mail}` where the address belongs.
///
/// @param text such as `(&(objectClass=person)(mail={mail}))`
public record MailFilter(String text) {
    /// What most directories call it: RFC 4524 §2.16.
    public static final MailFilter USUAL = new MailFilter("(mail={mail})");

    private static final String PLACE = "{mail}";
    private static final int CHARACTERS_MAX = 1_000;

    /// @return empty if it is no filter, names no address, or compares anything but a whole value
    ///   with it
    public static Optional<MailFilter> parse(String text) {
        if (text.length() > CHARACTERS_MAX || !text.contains(PLACE)) {
            return Optional.empty();
        }
        // Both must be filters, so that the address stands where a value stands.
        boolean good = isFilter(text.replace(PLACE, "a")) && isFilter(text.replace(PLACE, "\\2a"));
        return good && !isInName(text) ? Optional.of(new MailFilter(text)) : Optional.empty();
    }

    private static boolean isFilter(String text) {
        try {
            var _ = Filter.create(text);
            return true;
        } catch (LDAPException _) {
            return false;
        }
    }

    /// Whether the address would be the name of an attribute.
    private static boolean isInName(String text) {
        int at = text.indexOf(PLACE);
        while (at >= 0) {
            int opened = text.lastIndexOf('(', at);
            if (text.indexOf('=', opened) > at || text.indexOf('=', opened) < 0) {
                return true;
            }
            at = text.indexOf(PLACE, at + 1);
        }
        return false;
    }

    /// The filter for one address. Every octet that means something in a filter, or is not ASCII,
    /// is written as `\xx` (RFC 4515 §3), so that no address asks for anybody else.
    Filter of(Address address) {
        try {
            return Filter.create(text.replace(PLACE, escaped(address.toString())));
        } catch (LDAPException e) {
            throw new IllegalArgumentException("a filter that was checked is none", e);
        }
    }

    static String escaped(String value) {
        StringBuilder out = new StringBuilder();
        for (byte octet : value.getBytes(UTF_8)) {
            boolean plain =
                    octet > ' '
                            && octet < 0x7F
                            && octet != '('
                            && octet != ')'
                            && octet != '*'
                            && octet != '\\';
            if (plain) {
                out.append((char) octet);
            } else {
                out.append('\\').append(HexFormat.of().toHexDigits(octet));
            }
        }
        return out.toString();
    }
}
