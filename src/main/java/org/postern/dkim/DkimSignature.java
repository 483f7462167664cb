package org.postern.dkim;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.mail.Domain;
import org.postern.mime.HeaderField;

/// What one DKIM-Signature field says: RFC 6376 §3.5. Nothing of it is proved.
///
/// @param field as it came
/// @param domain who takes responsibility: `d=`
/// @param selector which of the domain's keys: `s=`
/// @param headers names of the signed fields, in their order: `h=`
record DkimSignature(
        HeaderField field,
        Algorithm algorithm,
        Forms forms,
        Domain domain,
        Domain selector,
        List<String> headers,
        Hashes hashes,
        Claims claims) {
    static final String NAME = "DKIM-Signature";

    /// Values of `h=` that are read; a message has at most a thousand fields.
    private static final int HEADERS_MAX = 2_000;

    /// @param header of the header fields
    /// @param body of the body
    record Forms(Canonical header, Canonical body) {}

    /// In base64, which can be decoded.
    ///
    /// @param body `bh=`
    /// @param signature `b=`
    record Hashes(String body, String signature) {
        byte[] bodyOctets() {
            return Base64.getDecoder().decode(body);
        }

        byte[] signatureOctets() {
            return Base64.getDecoder().decode(signature);
        }

        /// The first eight characters, by which RFC 6008 tells signatures apart.
        String abbreviation() {
            return signature.substring(0, Math.min(8, signature.length()));
        }
    }

    /// @param length octets of the body that are signed: `l=`; [BodyHash#ALL] for all
    /// @param identity `i=`, from its `@` on; `@` and the domain where there is none
    /// @param expiry `x=`, seconds since 1970; [Long#MAX_VALUE] for none
    record Claims(long length, String identity, long expiry) {}

    /// What came of reading a field.
    sealed interface Read {
        record Good(DkimSignature signature) implements Read {}

        /// @param domain `d=`, if it can be read
        record Bad(Optional<Domain> domain, String reason) implements Read {}
    }

    /// How it is signed.
    enum Algorithm {
        RSA("rsa-sha256", "rsa"),
        /// RFC 8463.
        ED25519("ed25519-sha256", "ed25519");

        private final String word;
        private final String keyType;

        Algorithm(String word, String keyType) {
            this.word = word;
            this.keyType = keyType;
        }

        /// The value of `a=`.
        String word() {
            return word;
        }

        /// The value of `k=` in a key record.
        String keyType() {
            return keyType;
        }
    }

    static Read read(HeaderField field) {
        Optional<TagList> list = TagList.parse(field.body());
        if (list.isEmpty()) {
            return new Read.Bad(Optional.empty(), "not a list of tags");
        }
        TagList tags = list.get();
        Optional<Domain> domain = tags.get("d").flatMap(Domain::parse);
        try {
            return new Read.Good(signature(field, tags, domain));
        } catch (Unreadable e) {
            return new Read.Bad(domain, e.reason);
        }
    }

    private static DkimSignature signature(HeaderField field, TagList tags, Optional<Domain> domain)
            throws Unreadable {
        demand("1".equals(required(tags, "v")), "unknown version");
        Algorithm algorithm = algorithm(required(tags, "a"));
        Domain who = domain.orElseThrow(() -> new Unreadable("d= is no domain"));
        Domain selector =
                Domain.parse(required(tags, "s"))
                        .orElseThrow(() -> new Unreadable("s= is no selector"));
        String[] names = TagList.solid(required(tags, "h")).split(":", HEADERS_MAX + 1);
        demand(names.length <= HEADERS_MAX, "h= is too long");
        List<String> headers =
                Arrays.stream(names).map(name -> name.toLowerCase(Locale.ROOT)).toList();
        demand(headers.contains("from"), "From is not signed");
        // RFC 6376 §3.5: the only query type there is.
        String query = TagList.solid(tags.get("q").orElse("dns/txt"));
        demand(Arrays.asList(query.split(":", -1)).contains("dns/txt"), "q= is not known");
        return new DkimSignature(
                field,
                algorithm,
                forms(tags.get("c").orElse("simple/simple")),
                who,
                selector,
                headers,
                new Hashes(base64(tags, "bh"), base64(tags, "b")),
                claims(tags, who));
    }

    private static Algorithm algorithm(String word) throws Unreadable {
        for (Algorithm algorithm : Algorithm.values()) {
            if (algorithm.word().equals(word)) {
                return algorithm;
            }
        }
        // RFC 8301 §3.1: signatures by SHA-1 count for nothing.
        throw new Unreadable("a= is not acceptable");
    }

    private static Forms forms(String text) throws Unreadable {
        String[] words = text.split("/", 2);
        return new Forms(form(words[0]), words.length == 1 ? Canonical.SIMPLE : form(words[1]));
    }

    private static Canonical form(String word) throws Unreadable {
        return switch (word) {
            case "simple" -> Canonical.SIMPLE;
            case "relaxed" -> Canonical.RELAXED;
            default -> throw new Unreadable("c= is not known");
        };
    }

    private static Claims claims(TagList tags, Domain domain) throws Unreadable {
        String own = "@" + domain;
        String identity = tags.get("i").map(TagList::solid).orElse(own);
        String from = identity.substring(Math.max(0, identity.lastIndexOf('@')));
        String lower = from.toLowerCase(Locale.ROOT);
        demand(lower.equals(own) || lower.endsWith("." + domain), "i= is not in d=");
        long expiry = number(tags, "x");
        long signed = number(tags, "t");
        demand(signed == Long.MAX_VALUE || expiry > signed, "x= is not behind t=");
        return new Claims(number(tags, "l"), lower, expiry);
    }

    /// §3.5: up to 76 digits for `l=`, 12 for the times; more than any message or time counts as
    /// the largest number.
    private static long number(TagList tags, String name) throws Unreadable {
        String digits = tags.get(name).orElse("");
        if (digits.isEmpty() && tags.get(name).isEmpty()) {
            return Long.MAX_VALUE;
        }
        boolean good = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        demand(good && digits.length() <= 76, name + "= is no number");
        return digits.length() > 18 ? Long.MAX_VALUE - 1 : Long.parseLong(digits);
    }

    private static String base64(TagList tags, String name) throws Unreadable {
        String text = TagList.solid(required(tags, name));
        try {
            byte[] octets = Base64.getDecoder().decode(text);
            demand(octets.length > 0, name + "= is empty");
            return text;
        } catch (IllegalArgumentException e) {
            throw new Unreadable(name + "= is no base64", e);
        }
    }

    private static String required(TagList tags, String name) throws Unreadable {
        return tags.get(name)
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> new Unreadable("no " + name + "="));
    }

    private static void demand(boolean fulfilled, String otherwise) throws Unreadable {
        if (!fulfilled) {
            throw new Unreadable(otherwise);
        }
    }

    /// The field as it is hashed itself: the value of `b=` deleted, with the white space around it
    /// (§3.7).
    static HeaderField unsigned(HeaderField field) {
        return new HeaderField(
                field.name(), withoutValue(field.body()).strip(), withoutValue(field.raw()));
    }

    private static String withoutValue(String text) {
        int from = text.indexOf(':') > text.indexOf('=') ? 0 : text.indexOf(':') + 1;
        while (from < text.length()) {
            int end = text.indexOf(';', from);
            int stop = end < 0 ? text.length() : end;
            int equals = text.indexOf('=', from);
            if (equals >= 0 && equals < stop && text.substring(from, equals).strip().equals("b")) {
                String rest = end < 0 && text.endsWith("\r\n") ? "\r\n" : text.substring(stop);
                return text.substring(0, equals + 1) + rest;
            }
            from = stop + 1;
        }
        return text;
    }

    /// Why a field cannot be read.
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        private final String reason;

        Unreadable(String reason) {
            super(reason);
            this.reason = reason;
        }

        Unreadable(String reason, Throwable cause) {
            super(reason, cause);
            this.reason = reason;
        }
    }
}
