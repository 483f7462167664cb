package org.postern.roster;

import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.yaml.Parsed;

/// Whom one line of a list, or one word of a rule, means.
public sealed interface Entry {
    record One(Address address) implements Entry {}

    record Exactly(Domain domain) implements Entry {}

    /// All domains below this one, itself not included.
    record Below(Domain domain) implements Entry {}

    /// A domain as rules and lists write it: `clinic.example`, or `*.clinic.example`.
    static Parsed<Entry> domain(String word) {
        if (word.startsWith("*.")) {
            return named(word.substring(2)).then(it -> Parsed.good(new Below(it)));
        }
        if (word.contains("*")) {
            return Parsed.bad(
                    quoted(word) + " is not a domain",
                    "a * may only stand in front, as in \"*.partner.example\"");
        }
        return named(word).then(it -> Parsed.good(new Exactly(it)));
    }

    /// A line of a list: what has an @ is an address.
    static Parsed<Entry> line(String word) {
        if (!word.contains("@")) {
            return domain(word);
        }
        return Address.parse(word)
                .<Parsed<Entry>>map(it -> Parsed.good(new One(it)))
                .orElseGet(() ->
                        Parsed.bad(
                                quoted(word) + " is not an address",
                                "write it like anna@clinic.example, without name or <>"));
    }

    private static Parsed<Domain> named(String name) {
        return Domain.parse(name)
                .map(Parsed::good)
                .orElseGet(() ->
                        Parsed.bad(
                                quoted(name) + " is not a domain name",
                                name.contains("@")
                                        ? "write only what stands behind the @"
                                        : "write it like clinic.example"));
    }

    private static String quoted(String word) {
        return "\"" + word + "\"";
    }
}
