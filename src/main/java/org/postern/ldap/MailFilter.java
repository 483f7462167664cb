package org.postern.ldap;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;

/// A search filter (RFC 4515) with `{mail}` where the address belongs: as the whole value of an
/// equality match, so that an entry fits one address and not those that only begin like it.
///
/// @param text such as `(&(objectClass=person)(mail={mail}))`
public record MailFilter(String text) {
    /// What most directories call it: RFC 4524 §2.16.
    public static final MailFilter USUAL = new MailFilter("(mail={mail})");

    private static final String PLACE = "{mail}";
    private static final Pattern PLACES = Pattern.compile(Pattern.quote(PLACE));

    /// An Active Directory keeps all addresses of a person with their kind: `smtp:ann@…`.
    private static final Pattern WHOLE =
            Pattern.compile(
                    "\\([A-Za-z][A-Za-z0-9.;-]*=(?:[Ss][Mm][Tt][Pp]:)?"
                            + Pattern.quote(PLACE)
                            + "\\)");

    private static final String KIND = "smtp:";

    private static final int CHARACTERS_MAX = 1_000;

    /// @return empty if it is no filter, names no address, or compares anything but a whole value
    ///   with it
    public static Optional<MailFilter> parse(String text) {
        if (text.length() > CHARACTERS_MAX || !text.contains(PLACE)) {
            return Optional.empty();
        }
        long places = PLACES.matcher(text).results().count();
        long written = WHOLE.matcher(text).results().count();
        try {
            boolean good = places == written && places == compared(Filter.create(text));
            return good ? Optional.of(new MailFilter(text)) : Optional.empty();
        } catch (LDAPException _) {
            return Optional.empty();
        }
    }

    /// In how many places an entry has to have the address: within a negation it must not.
    private static int compared(Filter filter) {
        return switch (filter.getFilterType()) {
            case Filter.FILTER_TYPE_AND, Filter.FILTER_TYPE_OR ->
                    Stream.of(filter.getComponents()).mapToInt(MailFilter::compared).sum();
            case Filter.FILTER_TYPE_EQUALITY -> {
                String value = filter.getAssertionValue();
                yield value != null && value.endsWith(PLACE) ? 1 : 0;
            }
            default -> 0;
        };
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

    /// Fits entries that the filter would find by some address, and for which the server can say of
    /// each part of it whether it is true (RFC 4511 §4.5.1.7): where it finds any, that the filter
    /// finds nobody means that there is nobody.
    Filter proof(Address address) {
        try {
            List<Filter> all = new ArrayList<>();
            all.add(ofAnybody(Filter.create(text)));
            parts(of(address))
                    .map(part -> Filter.createORFilter(part, Filter.createNOTFilter(part)))
                    .forEach(all::add);
            return Filter.createANDFilter(all);
        } catch (LDAPException e) {
            throw new IllegalArgumentException("a filter that was checked is none", e);
        }
    }

    /// The attributes that it compares with the address.
    Set<String> attributes() {
        try {
            return parts(Filter.create(text))
                    .filter(part -> compared(part) > 0)
                    .map(Filter::getAttributeName)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (LDAPException e) {
            throw new IllegalArgumentException("a filter that was checked is none", e);
        }
    }

    /// Whether a value that the filter compares is this address, as this gateway compares them.
    static boolean isOf(Address address, String value) {
        String plain =
                value.regionMatches(true, 0, KIND, 0, KIND.length())
                        ? value.substring(KIND.length())
                        : value;
        return Address.parse(plain).filter(it -> it.key().equals(address.key())).isPresent();
    }

    private static Filter ofAnybody(Filter filter) {
        return switch (filter.getFilterType()) {
            case Filter.FILTER_TYPE_AND ->
                    Filter.createANDFilter(
                            Stream.of(filter.getComponents()).map(MailFilter::ofAnybody).toList());
            case Filter.FILTER_TYPE_OR ->
                    Filter.createORFilter(
                            Stream.of(filter.getComponents()).map(MailFilter::ofAnybody).toList());
            default -> {
                @Nullable String attribute = filter.getAttributeName();
                yield attribute != null && compared(filter) > 0
                        ? Filter.createPresenceFilter(attribute)
                        : filter;
            }
        };
    }

    /// Those that are not made of others.
    private static Stream<Filter> parts(Filter filter) {
        return switch (filter.getFilterType()) {
            case Filter.FILTER_TYPE_AND, Filter.FILTER_TYPE_OR ->
                    Stream.of(filter.getComponents()).flatMap(MailFilter::parts);
            case Filter.FILTER_TYPE_NOT ->
                    Stream.ofNullable(filter.getNOTComponent()).flatMap(MailFilter::parts);
            default -> Stream.of(filter);
        };
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
