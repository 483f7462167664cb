package org.postern.bearer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postern.fetch.Fetcher;
import org.postern.mail.Address;

/// Access tokens that are signed JWTs: RFC 7515, RFC 7519, RFC 9068, in the way of RFC 8725. What a
/// token says of itself chooses among the issuer's known keys, and nothing else: it brings no key,
/// and names no place to fetch one from.
public final class JwtTokens implements BearerTokens {
    private static final int TOKEN_CHARACTERS_MAX = 8 * 1_024;
    private static final Pattern COMPACT =
            Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)");

    /// RFC 9068 §2.1; many providers still write the general one.
    private static final Set<String> TYPES = Set.of("at+jwt", "application/at+jwt", "jwt");

    /// By which the issuer's clock and ours may differ.
    private static final Duration SKEW = Duration.ofMinutes(1);

    /// A time beyond it is no time.
    private static final double SECONDS_MAX = 1e11;

    private final BearerSettings settings;
    private final KeySource keys;
    private final InstantSource clock;

    JwtTokens(BearerSettings settings, KeySource keys, InstantSource clock) {
        this.settings = settings;
        this.keys = keys;
        this.clock = clock;
    }

    /// @throws IOException if the file of the keys cannot be read; the web is asked later
    public static JwtTokens of(BearerSettings settings, Fetcher fetcher, InstantSource clock)
            throws IOException {
        return new JwtTokens(settings, KeySource.of(settings.keys(), fetcher, clock), clock);
    }

    /// The three parts of a token.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Parts(ObjectNode header, ObjectNode claims, byte[] signed, byte[] mark) {}

    @Override
    public Optional<Verified> verify(String token) throws IOException {
        Optional<Parts> read = parts(token);
        if (read.isEmpty()) {
            return Optional.empty();
        }
        Parts parts = read.get();
        Optional<Algorithm> algorithm =
                BoundedJson.text(parts.header(), "alg").flatMap(Algorithm::of);
        if (algorithm.isEmpty() || !isPlain(parts.header()) || !isForUs(parts.claims())) {
            return Optional.empty();
        }
        Optional<JsonWebKeys.Key> key = key(parts.header(), algorithm.get());
        return key.isPresent()
                        && algorithm.get().verifies(key.get().key(), parts.signed(), parts.mark())
                ? verified(parts.claims())
                : Optional.empty();
    }

    private static Optional<Parts> parts(String token) {
        Matcher matcher = COMPACT.matcher(token);
        if (token.length() > TOKEN_CHARACTERS_MAX || !matcher.matches()) {
            return Optional.empty();
        }
        try {
            Base64.Decoder decoder = Base64.getUrlDecoder();
            byte[] mark = decoder.decode(matcher.group(3));
            byte[] signed = token.substring(0, matcher.end(2)).getBytes(StandardCharsets.US_ASCII);
            Optional<ObjectNode> header = BoundedJson.object(decoder.decode(matcher.group(1)));
            Optional<ObjectNode> claims = BoundedJson.object(decoder.decode(matcher.group(2)));
            return header.flatMap(one -> claims.map(two -> new Parts(one, two, signed, mark)));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /// RFC 7515 §4.1.11: nothing that must be understood is.
    private static boolean isPlain(ObjectNode header) {
        boolean type =
                !header.has("typ")
                        || BoundedJson.text(header, "typ")
                                .filter(it -> TYPES.contains(it.toLowerCase(Locale.ROOT)))
                                .isPresent();
        return type && !header.has("crit") && !header.has("b64") && !header.has("zip");
    }

    private Optional<JsonWebKeys.Key> key(ObjectNode header, Algorithm algorithm)
            throws IOException {
        Optional<String> id = BoundedJson.text(header, "kid");
        if (header.has("kid") && id.isEmpty()) {
            return Optional.empty();
        }
        Optional<JsonWebKeys.Key> known = keys.current().find(id, algorithm);
        return known.isPresent() ? known : keys.afresh().find(id, algorithm);
    }

    /// What can be seen before a key is looked for.
    private boolean isForUs(ObjectNode claims) {
        Instant now = clock.instant();
        boolean times =
                time(claims, "exp").filter(it -> now.isBefore(it.plus(SKEW))).isPresent()
                        && isPast(claims, "nbf", now)
                        && isPast(claims, "iat", now);
        return times
                && BoundedJson.text(claims, "iss").equals(Optional.of(settings.issuer()))
                && isAudience(claims.get("aud"));
    }

    private static boolean isPast(ObjectNode claims, String name, Instant now) {
        return !claims.has(name)
                || time(claims, name).filter(it -> !it.minus(SKEW).isAfter(now)).isPresent();
    }

    /// RFC 7519 §4.1.3: one, or a list of them.
    private boolean isAudience(@Nullable JsonNode audience) {
        if (audience == null || !audience.isArray()) {
            return audience != null && settings.audience().equals(audience.textValue());
        }
        for (JsonNode each : audience) {
            if (settings.audience().equals(each.textValue())) {
                return true;
            }
        }
        return false;
    }

    /// RFC 7519 §2, NumericDate.
    private static Optional<Instant> time(ObjectNode claims, String name) {
        JsonNode node = claims.get(name);
        if (node == null || !node.isNumber()) {
            return Optional.empty();
        }
        double seconds = node.doubleValue();
        return seconds >= 0 && seconds < SECONDS_MAX
                ? Optional.of(Instant.ofEpochSecond((long) seconds))
                : Optional.empty();
    }

    private Optional<Verified> verified(ObjectNode claims) {
        // OpenID Connect Core §5.1: an address that somebody only typed is nobody's.
        JsonNode checked = claims.get("email_verified");
        boolean typed = checked != null && !(checked.isBoolean() && checked.booleanValue());
        if (typed && settings.claim().equals("email")) {
            return Optional.empty();
        }
        return BoundedJson.text(claims, settings.claim())
                .flatMap(Address::parse)
                .flatMap(it -> time(claims, "exp").map(ends -> new Verified(it, ends.plus(SKEW))));
    }
}
