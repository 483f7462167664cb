package org.postern.bearer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.bearer.BearerTokens.Outcome;
import org.postern.bearer.BearerTokens.Outcome.Verified;
import org.postern.fetch.Fetcher;
import org.postern.mail.Address;
import org.postern.testkit.FakeWeb;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TokenIssuer;

class JwtTokensTest {
    private static final String ISSUER = "https://login.clinic.example/staff";
    private static final TokenIssuer RSA = TokenIssuer.rsa("r", 2_048);
    private static final TokenIssuer EC = TokenIssuer.ec("e");
    private static final TokenIssuer ED = TokenIssuer.ed25519("d");

    @TempDir Path home;
    private final ManualClock clock = new ManualClock(Instant.ofEpochSecond(1_000_000));

    private static String claims(String more) {
        return unverified(",\"email_verified\":true" + more);
    }

    private static String unverified(String more) {
        return """
        {"iss":"%s","aud":"postern","exp":1000600,"email":"anna@clinic.example"%s}\
        """
                .formatted(ISSUER, more);
    }

    private static BearerSettings settings(BearerSettings.Keys keys) {
        return new BearerSettings(
                ISSUER, "postern", keys, "email", Optional.empty(), BearerSettings.Provider.USUAL);
    }

    private JwtTokens tokens(Optional<String> scope, BearerSettings.Provider provider)
            throws IOException {
        Path file = home.resolve("keys.json");
        Files.writeString(file, TokenIssuer.set(RSA));
        BearerSettings.Keys keys = new BearerSettings.Keys.InFile(file);
        return JwtTokens.of(
                new BearerSettings(ISSUER, "postern", keys, "email", scope, provider),
                fetcher(80),
                clock);
    }

    private static boolean isGood(JwtTokens tokens, String token) throws IOException {
        return tokens.verify(token) instanceof Verified;
    }

    private JwtTokens tokens(String keys) throws IOException {
        Path file = home.resolve("keys.json");
        Files.writeString(file, keys);
        return JwtTokens.of(settings(new BearerSettings.Keys.InFile(file)), fetcher(80), clock);
    }

    private static Fetcher fetcher(int port) {
        return new Fetcher(
                _ -> List.of(InetAddress.getLoopbackAddress()),
                () -> {
                    throw new IllegalStateException("nobody speaks TLS here");
                },
                Set.of(port));
    }

    private JwtTokens all() throws IOException {
        return tokens(TokenIssuer.set(RSA, EC, ED));
    }

    private void refuses(String token) throws IOException {
        assertEquals(new Outcome.Invalid(), all().verify(token), token);
    }

    @Test
    void eachAlgorithmIsVerified() throws IOException {
        Verified anna =
                new Verified(Address.of("anna@clinic.example"), Instant.ofEpochSecond(1_000_660));
        for (TokenIssuer issuer : List.of(RSA, EC, ED)) {
            String token = issuer.token(claims(""));
            assertEquals(anna, all().verify(token), issuer.algorithm());
            int last = token.lastIndexOf('.');
            char other = token.charAt(last + 5) == 'A' ? 'B' : 'A';
            refuses(token.substring(0, last + 5) + other + token.substring(last + 6));
            refuses(token.substring(0, last + 1));
            refuses(token.substring(0, last));
        }
    }

    /// RFC 8725 §2.1: the token does not say how it is to be believed.
    @Test
    void noAlgorithmIsConfused() throws IOException, GeneralSecurityException {
        String none = TokenIssuer.text("{\"typ\":\"at+jwt\",\"alg\":\"none\"}".getBytes(US_ASCII));
        String said = none + "." + TokenIssuer.text(claims("").getBytes(US_ASCII));
        refuses(said + ".");
        refuses(said + ".AA");
        // The public key as the secret of an HMAC.
        String head =
                TokenIssuer.text(
                        "{\"typ\":\"at+jwt\",\"alg\":\"HS256\",\"kid\":\"r\"}".getBytes(US_ASCII));
        String signed = head + "." + TokenIssuer.text(claims("").getBytes(US_ASCII));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(RSA.keys().getPublic().getEncoded(), "HmacSHA256"));
        refuses(signed + "." + TokenIssuer.text(mac.doFinal(signed.getBytes(US_ASCII))));
        // A key is for one algorithm.
        refuses(RSA.token("{\"typ\":\"at+jwt\",\"alg\":\"ES256\",\"kid\":\"r\"}", claims("")));
        refuses(RSA.token("{\"typ\":\"at+jwt\",\"alg\":\"RS256\",\"kid\":\"e\"}", claims("")));
        refuses(RSA.token("{\"typ\":\"at+jwt\",\"alg\":\"rs256\",\"kid\":\"r\"}", claims("")));
        refuses(RSA.token("{\"typ\":\"at+jwt\",\"alg\":\"PS256\",\"kid\":\"r\"}", claims("")));
        // An all-zero ECDSA signature (CVE-2022-21449).
        String ec = EC.token(claims(""));
        refuses(ec.substring(0, ec.lastIndexOf('.') + 1) + TokenIssuer.text(new byte[64]));
    }

    /// A token of somebody else that brings his own key.
    @Test
    void noTokenBringsItsKey() throws IOException {
        TokenIssuer stranger = TokenIssuer.rsa("r", 2_048);
        refuses(stranger.token(claims("")));
        String jwk = ",\"jwk\":" + stranger.key();
        refuses(
                stranger.token(
                        "{\"typ\":\"at+jwt\",\"alg\":\"RS256\",\"kid\":\"r\"" + jwk + "}",
                        claims("")));
        refuses(stranger.token("{\"typ\":\"at+jwt\",\"alg\":\"RS256\"" + jwk + "}", claims("")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"typ\":\"at+jwt\",\"alg\":\"RS256\",\"kid\":\"r\",\"crit\":[\"exp\"]}",
                "{\"alg\":\"RS256\",\"kid\":\"r\",\"typ\":\"logout+jwt\"}",
                "{\"typ\":\"at+jwt\",\"alg\":\"RS256\",\"kid\":\"r\",\"b64\":false}",
                "{\"typ\":\"at+jwt\",\"alg\":\"RS256\",\"kid\":7}",
                "{\"typ\":\"at+jwt\",\"alg\":\"RS256\",\"alg\":\"RS256\",\"kid\":\"r\"}",
                "{\"typ\":\"at+jwt\",\"alg\":\"RS256\",\"kid\":\"r\"} {}",
                "[]",
                "{\"alg\":[[[[[[[[[[[[[[]]]]]]]]]]]]]]}"
            })
    void aHeadThatIsNotPlainIsRefused(String head) throws IOException {
        refuses(RSA.token(head, claims("")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"iss\":\"https://login.clinic.example/staff\",\"exp\":1000600,"
                        + "\"email\":\"anna@clinic.example\"}",
                "{\"iss\":\"https://login.clinic.example/staff\",\"aud\":\"postern\","
                        + "\"email\":\"anna@clinic.example\"}",
                "{\"iss\":\"https://login.clinic.example/staff/\",\"aud\":\"postern\","
                        + "\"exp\":1000600,\"email\":\"anna@clinic.example\"}",
                "{\"iss\":\"https://login.clinic.example/staff\",\"aud\":[\"other\"],"
                        + "\"exp\":1000600,\"email\":\"anna@clinic.example\"}",
                "{\"iss\":\"https://login.clinic.example/staff\",\"aud\":\"postern\","
                        + "\"exp\":\"1000600\",\"email\":\"anna@clinic.example\"}",
                "{\"iss\":\"https://login.clinic.example/staff\",\"aud\":\"postern\","
                        + "\"exp\":1e300,\"email\":\"anna@clinic.example\"}",
                "{\"iss\":\"https://login.clinic.example/staff\",\"aud\":\"postern\","
                        + "\"exp\":1000600,\"email\":[\"anna@clinic.example\"]}",
                "{\"iss\":\"https://login.clinic.example/staff\",\"aud\":\"postern\","
                        + "\"exp\":1000600,\"sub\":\"anna@clinic.example\"}"
            })
    void claimsThatAreNotForUsAreRefused(String claims) throws IOException {
        refuses(RSA.token(claims.replace("{\"iss\"", "{\"email_verified\":true,\"iss\"")));
    }

    @Test
    void timesCount() throws IOException {
        String token = RSA.token(claims(",\"nbf\":1000060,\"iat\":1000000"));
        assertTrue(isGood(all(), token), "a minute may be between the clocks");
        refuses(RSA.token(claims(",\"nbf\":1000061")));
        refuses(RSA.token(claims(",\"iat\":1000061")));
        refuses(RSA.token(claims(",\"nbf\":\"soon\"")));
        clock.advance(Duration.ofSeconds(659));
        assertTrue(isGood(all(), token));
        clock.advance(Duration.ofSeconds(1));
        refuses(token);
    }

    @Test
    void anAddressThatWasOnlyTypedIsNobodys() throws IOException {
        refuses(RSA.token(unverified(",\"email_verified\":false")));
        refuses(RSA.token(unverified(",\"email_verified\":\"true\"")));
        refuses(RSA.token(unverified("")));
        assertTrue(isGood(all(), RSA.token(claims(""))));
        JwtTokens assigned = tokens(Optional.empty(), new BearerSettings.Provider(false, true));
        assertTrue(isGood(assigned, RSA.token(unverified(""))));
        assertFalse(isGood(assigned, RSA.token(unverified(",\"email_verified\":false"))));
    }

    /// RFC 9068 §4: what a program was given to know who somebody is opens nothing.
    @Test
    void anIdTokenIsNoAccessToken() throws IOException {
        String mail = ",\"scope\":\"mail\"";
        refuses(RSA.token(RSA.head("JWT"), claims(mail)));
        refuses(RSA.token("{\"alg\":\"RS256\",\"kid\":\"r\"}", claims(mail)));
        JwtTokens older = tokens(Optional.of("mail"), new BearerSettings.Provider(true, false));
        assertTrue(isGood(older, RSA.token(claims(mail))));
        assertTrue(isGood(older, RSA.token(RSA.head("JWT"), claims(mail + ",\"typ\":\"Bearer\""))));
        assertFalse(isGood(older, RSA.token(RSA.head("JWT"), claims(""))), "without a scope");
        for (String of : List.of("\"nonce\":\"n\"", "\"at_hash\":\"h\"", "\"c_hash\":\"h\"")) {
            assertFalse(isGood(older, RSA.token(RSA.head("JWT"), claims(mail + "," + of))), of);
        }
        assertFalse(isGood(older, RSA.token(RSA.head("JWT"), claims(mail + ",\"typ\":\"ID\""))));
        assertThrows(
                IllegalArgumentException.class,
                () -> tokens(Optional.empty(), new BearerSettings.Provider(true, false)));
    }

    /// RFC 6750 §3.1: a token for something else is one of ours that opens nothing.
    @Test
    void eachWordOfTheScopeIsDemanded() throws IOException {
        JwtTokens two = tokens(Optional.of("mail  send"), BearerSettings.Provider.USUAL);
        for (String claim :
                List.of("\"scope\":\"send openid mail\"", "\"scp\":[\"mail\",\"send\"]")) {
            assertTrue(isGood(two, RSA.token(claims("," + claim))), claim);
        }
        for (String claim :
                List.of(
                        "\"x\":1",
                        "\"scope\":\"mail\"",
                        "\"scope\":\"mail sender\"",
                        "\"scp\":{\"mail\":\"send\"}")) {
            assertEquals(new Outcome.Narrow(), two.verify(RSA.token(claims("," + claim))), claim);
        }
    }

    @Test
    void oneOfSeveralAudiencesIsEnough() throws IOException {
        String several = claims("").replace("\"postern\"", "[\"other\",\"postern\"]");
        assertTrue(isGood(all(), RSA.token(several)));
    }

    @Test
    void aTokenWithoutKeyIdNeedsTheOnlyKey() throws IOException {
        String token = RSA.token("{\"typ\":\"at+jwt\",\"alg\":\"RS256\"}", claims(""));
        assertTrue(isGood(all(), token));
        JwtTokens two = tokens(TokenIssuer.set(RSA, TokenIssuer.rsa("s", 2_048)));
        assertEquals(new Outcome.Invalid(), two.verify(token));
    }

    @Test
    void keysForSomethingElseAreLeftOut() throws IOException {
        String set = TokenIssuer.set(RSA, EC);
        String enc = set.replaceFirst("\"use\":\"sig\"", "\"use\":\"enc\"");
        assertEquals(new Outcome.Invalid(), tokens(enc).verify(RSA.token(claims(""))));
        assertTrue(isGood(tokens(enc), EC.token(claims(""))));
        String weak = TokenIssuer.set(TokenIssuer.rsa("w", 1_024), EC);
        assertEquals(1, JsonWebKeys.parse(weak.getBytes(UTF_8)).keys().size());
        assertThrows(
                IOException.class, () -> tokens("{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}"));
        assertThrows(IOException.class, () -> tokens("{\"keys\":{}}"));
        assertThrows(IOException.class, () -> tokens("not json"));
    }

    @Test
    void aTokenThatIsTooLongIsNotRead() throws IOException {
        refuses(RSA.token(claims(",\"x\":\"" + "x".repeat(8_192) + "\"")));
    }

    /// Whoever sends tokens with unknown keys does not make us ask for each of them.
    @Test
    void theServerIsAskedOnceInAWhile() throws IOException {
        try (FakeWeb web = FakeWeb.start()) {
            web.put("/keys", TokenIssuer.set(RSA).getBytes(US_ASCII));
            URI uri = URI.create("http://localhost:" + web.port() + "/keys");
            JwtTokens tokens =
                    JwtTokens.of(
                            settings(new BearerSettings.Keys.InWeb(uri)),
                            fetcher(web.port()),
                            clock);
            assertTrue(isGood(tokens, RSA.token(claims(""))));
            assertEquals(1, web.asked().size());
            web.put("/keys", TokenIssuer.set(EC).getBytes(US_ASCII));
            for (int i = 0; i < 5; i++) {
                assertFalse(isGood(tokens, EC.token(claims(""))));
            }
            assertEquals(1, web.asked().size(), "asked for each unknown key");
            // A little later the issuer may have it; a mail program shall come again.
            clock.advance(WebKeys.JUST.plusSeconds(1));
            assertThrows(IOException.class, () -> tokens.verify(EC.token(claims(""))));
            assertEquals(1, web.asked().size(), "asked for each unknown key");
            clock.advance(WebKeys.AGAIN.plusSeconds(1));
            assertTrue(isGood(tokens, EC.token(claims(""))));
            assertFalse(isGood(tokens, RSA.token(claims(""))), "its key is gone");
            assertEquals(2, web.asked().size());
            // What is believed without looking, is looked at anew now and then.
            web.put("/keys", "out of order".getBytes(US_ASCII));
            clock.advance(WebKeys.FRESH);
            assertTrue(isGood(tokens, EC.token(late(""))));
            assertEquals(3, web.asked().size());
            clock.advance(WebKeys.LIFE);
            assertThrows(IOException.class, () -> tokens.verify(EC.token(late(""))));
            // A forged one is refused without a question.
            int before = web.asked().size();
            clock.advance(WebKeys.AGAIN.plusSeconds(1));
            assertFalse(isGood(tokens, EC.token(claims(""))));
            assertEquals(before, web.asked().size());
        }
    }

    /// Who asks waits, and nobody else does so long as older keys count.
    @Test
    void aSlowServerKeepsOnePersonWaiting() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        try (FakeWeb web = FakeWeb.start();
                ExecutorService first = Executors.newVirtualThreadPerTaskExecutor()) {
            web.put("/keys", TokenIssuer.set(RSA).getBytes(US_ASCII));
            URI uri = URI.create("http://localhost:" + web.port() + "/keys");
            WebKeys keys = new WebKeys(uri, fetcher(web.port()), clock);
            keys.current();
            clock.advance(WebKeys.FRESH.plusSeconds(1));
            web.say(
                    "/keys",
                    (_, out) -> {
                        asked.countDown();
                        await(answer);
                        byte[] body = TokenIssuer.set(RSA).getBytes(US_ASCII);
                        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length;
                        out.write((head + "\r\n\r\n").getBytes(US_ASCII));
                        out.write(body);
                    });
            Future<JsonWebKeys> waits = first.submit(keys::current);
            assertTrue(asked.await(60, TimeUnit.SECONDS), "nobody asked");
            assertEquals(1, keys.current().keys().size());
            assertFalse(waits.isDone(), "the other one had the answer");
            answer.countDown();
            assertEquals(1, waits.get(60, TimeUnit.SECONDS).keys().size());
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS), "nobody opens it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static String late(String more) {
        return claims(more).replace("1000600", "9000000");
    }
}
