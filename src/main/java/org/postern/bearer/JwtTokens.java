package org.postern.bearer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
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

    private static final Outcome INVALID = new Outcome.Invalid();

    /// RFC 9068 §2.1, §4: by it an ID token of the same provider is told apart.
    private static final Set<String> TYPES = Set.of("at+jwt", "application/at+jwt");

    /// What older providers write, in access tokens and in ID tokens.
    private static final String GENERAL_TYPE = "jwt";

    /// OpenID Connect Core §2, §3.1.3.6, §3.3.2.11: what ID tokens have.
    private static final Set<String> OF_ID_TOKENS = Set.of("nonce", "at_hash", "c_hash");

    private static final List<String> SCOPES = List.of("scope", "scp");

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
    public Outcome verify(String token) throws IOException {
        Optional<Parts> read = parts(token);
        if (read.isEmpty()) {
            return INVALID;
        }
        Parts parts = read.get();
        Optional<Algorithm> algorithm =
                BoundedJson.text(parts.header(), "alg").flatMap(Algorithm::of);
        if (algorithm.isEmpty() || !isPlain(parts.header()) || !isForUs(parts.claims())) {
            return INVALID;
        }
        Optional<JsonWebKeys.Key> key = key(parts.header(), algorithm.get());
        return key.isPresent()
                        && algorithm.get().verifies(key.get().key(), parts.signed(), parts.mark())
                ? verified(parts.claims())
                : INVALID;
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
    private boolean isPlain(ObjectNode header) {
        return isType(header) && !header.has("crit") && !header.has("b64") && !header.has("zip");
    }

    private boolean isType(ObjectNode header) {
        boolean older = settings.provider().older();
        if (!header.has("typ")) {
            return older;
        }
        return BoundedJson.text(header, "typ")
                .map(it -> it.toLowerCase(Locale.ROOT))
                .filter(it -> TYPES.contains(it) || (older && it.equals(GENERAL_TYPE)))
                .isPresent();
    }

    /// Where the type does not tell. Some providers name it in the claims.
    private static boolean isIdToken(ObjectNode claims) {
        return OF_ID_TOKENS.stream().anyMatch(claims::has)
                || BoundedJson.text(claims, "typ").filter("ID"::equalsIgnoreCase).isPresent();
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
                && !(settings.provider().older() && isIdToken(claims))
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

    private Outcome verified(ObjectNode claims) {
        if (settings.claim().equals(BearerSettings.EMAIL) && !isVerified(claims)) {
            return INVALID;
        }
        if (!hasScope(claims)) {
            return new Outcome.Narrow();
        }
        return BoundedJson.text(claims, settings.claim())
                .flatMap(Address::parse)
                .flatMap(it ->
                        time(claims, "exp")
                                .<Outcome>map(ends -> new Outcome.Verified(it, ends.plus(SKEW))))
                .orElse(INVALID);
    }

    /// OpenID Connect Core §5.1, §5.7: an address that somebody only typed is nobody's.
    private boolean isVerified(ObjectNode claims) {
        JsonNode said = claims.get("email_verified");
        return said == null
                ? settings.provider().assigns()
                : said.isBoolean() && said.booleanValue();
    }

    /// RFC 9068 §2.2.3, RFC 8693 §4.2; `scp`, also as a list, is how some providers write it.
    private boolean hasScope(ObjectNode claims) {
        if (settings.scope().isEmpty()) {
            return true;
        }
        Set<String> granted = new HashSet<>();
        for (String name : SCOPES) {
            JsonNode said = claims.get(name);
            if (said != null && said.isArray()) {
                said.forEach(each -> granted.add(each.asText()));
            } else if (said != null && said.isTextual()) {
                granted.addAll(List.of(said.textValue().split(" ")));
            }
        }
        return granted.containsAll(List.of(settings.scope().get().strip().split(" +")));
    }
}
