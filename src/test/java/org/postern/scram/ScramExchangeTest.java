package org.postern.scram;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramExchangeTest {
    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    private static final String FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO" + SERVER_NONCE;
    private static final String PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String FINAL = "c=biws,r=" + NONCE + ",p=" + PROOF;
    private static final ScramVerifier PENCIL = ScramVerifier.of("pencil", SALT);
    private static final ScramVerifier PEN = ScramVerifier.of("pen", SALT);

    private static Optional<ClientFirst> first(String text) {
        return ClientFirst.read(text.getBytes(UTF_8));
    }

    private static ScramExchange exchange() {
        return ScramExchange.begun(first(FIRST).orElseThrow(), SERVER_NONCE, SALT);
    }

    private static Optional<ScramExchange.Proved> prove(String last) {
        return exchange().prove(last.getBytes(UTF_8), List.of(PEN, PENCIL), 20);
    }

    /// RFC 7677 §3.
    @Test
    void theExampleOfTheRfcIsAnswered() {
        ScramExchange exchange = exchange();
        assertEquals("user", exchange.user());
        assertEquals("r=" + NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", exchange.challenge());
        assertEquals(
                Optional.of(
                        new ScramExchange.Proved(
                                1, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")),
                prove(FINAL));
    }

    @Test
    void onlyItsOwnSecretFits() {
        byte[] last = FINAL.getBytes(UTF_8);
        assertTrue(exchange().prove(last, List.of(PEN), 20).isEmpty());
        assertTrue(exchange().prove(last, List.of(), 20).isEmpty());
        byte[] other = SALT.clone();
        other[0] ^= 1;
        ScramVerifier salted = ScramVerifier.of("pencil", other);
        assertTrue(exchange().prove(last, List.of(salted), 0).isEmpty());
        ScramVerifier hurried = ScramVerifier.of("pencil", SALT, 4095);
        assertTrue(exchange().prove(last, List.of(hurried), 0).isEmpty());
    }

    /// What makes a list longer lets nobody in, whatever is sent as its proof.
    @Test
    void whatFillsAListIsNobody() {
        String without = "c=biws,r=" + NONCE;
        String said = FIRST.substring(3) + "," + exchange().challenge() + "," + without;
        byte[] stored = new byte[Keys.OCTETS];
        for (byte[] key : List.of(new byte[Keys.OCTETS], Keys.hash(stored))) {
            byte[] proof = Keys.xor(key, Keys.hmac(stored, said));
            String last = without + ",p=" + Base64.getEncoder().encodeToString(proof);
            assertTrue(prove(last).isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c=biws",
                "c=biws,r=" + NONCE,
                "c=biws,r=" + NONCE + ",p=",
                // Another nonce, half of one, one too long, one of another exchange.
                "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=" + PROOF,
                "c=biws,r=" + NONCE + "0,p=" + PROOF,
                "c=biws,r=,p=" + PROOF,
                "c=biws,r=rOprNGfwEbeRWgbNEkqOxhvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=" + PROOF,
                // Another header than the first message had: "y,,", "p=tls-exporter,,", none.
                "c=eSws,r=" + NONCE + ",p=" + PROOF,
                "c=cD10bHMtZXhwb3J0ZXIsLA==,r=" + NONCE + ",p=" + PROOF,
                "c=,r=" + NONCE + ",p=" + PROOF,
                "r=" + NONCE + ",c=biws,p=" + PROOF,
                "c=biws,r=" + NONCE + ",r=" + NONCE + ",p=" + PROOF,
                "c=biws,r=" + NONCE + ",m=x,p=" + PROOF,
                "c=biws,r=" + NONCE + ",i=4096,p=" + PROOF,
                "c=biws,r=" + NONCE + ",x=y,p=" + PROOF,
                "c=biws,r=" + NONCE + ",p=" + PROOF + ",x=y",
                "c=biws,r=" + NONCE + ",p=" + PROOF + ",p=" + PROOF,
                "c=biws,r=" + NONCE + ",p=eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                // No base64, octets too few and too many, one value written in another way.
                "c=biws,r=" + NONCE + ",p=*Hz=",
                "c=biws,r=" + NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7An",
                "c=biws,r=" + NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ",
                "c=biws,r=" + NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVR="
            })
    void whatProvesNothingProvesNothing(String last) {
        assertTrue(prove(last).isEmpty(), last);
    }

    /// What somebody who knows the secret sends, over whatever stands before the proof.
    private static String proved(String without) {
        byte[] key = Keys.hmac(Keys.salted("pencil", SALT, ScramVerifier.ITERATIONS), "Client Key");
        String said = FIRST.substring(3) + "," + exchange().challenge() + "," + without;
        byte[] proof = Keys.xor(key, Keys.hmac(Keys.hash(key), said));
        return without + ",p=" + Base64.getEncoder().encodeToString(proof);
    }

    /// RFC 5802 §6 and §7: a right proof is not enough.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "c=eSws,r=" + NONCE,
                "c=cD10bHMtZXhwb3J0ZXIsLA==,r=" + NONCE,
                "c=,r=" + NONCE,
                "c=biws,r=" + NONCE + "0",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO",
                "c=biws,r=",
                "c=biws,r=" + NONCE + ",r=" + NONCE,
                "c=biws,r=" + NONCE + ",m=x",
                "c=biws,r=" + NONCE + ",i=4096",
                "r=" + NONCE + ",c=biws"
            })
    void aRightProofOfAnotherExchangeProvesNothing(String without) {
        assertTrue(prove(proved(without)).isEmpty(), without);
    }

    @Test
    void aRightProofProves() {
        assertEquals(FINAL, proved("c=biws,r=" + NONCE));
        assertTrue(prove(proved("c=biws,r=" + NONCE + ",x=y")).isPresent());
    }

    @Test
    void whatIsTooLongOrNoUtf8IsNotRead() {
        String padded = "c=biws,r=" + NONCE + ",x=" + "y".repeat(4096) + ",p=" + PROOF;
        assertTrue(prove(padded).isEmpty());
        byte[] latin = (FINAL + "\u00e9").getBytes(ISO_8859_1);
        assertTrue(exchange().prove(latin, List.of(PENCIL), 20).isEmpty());
        assertTrue(ClientFirst.read("n,,n=caf\u00e9,r=a".getBytes(ISO_8859_1)).isEmpty());
        assertTrue(first("n,,n=user,r=" + "a".repeat(513)).isEmpty());
        assertTrue(first("n,,n=user,r=a,x=" + "y".repeat(2048)).isEmpty());
    }

    /// A proof that somebody has heard is worth nothing in the next exchange.
    @Test
    void noNonceComesTwice() {
        byte[] message = FIRST.getBytes(UTF_8);
        SecureRandom random = new SecureRandom();
        ScramExchange one = ScramExchange.begin(message, random, _ -> SALT).orElseThrow();
        ScramExchange other = ScramExchange.begin(message, random, _ -> SALT).orElseThrow();
        assertNotEquals(one.challenge(), other.challenge());
        assertTrue(one.challenge().startsWith("r=rOprNGfwEbeRWgbNEkqO"), one.challenge());
        byte[] heard = FINAL.getBytes(UTF_8);
        assertTrue(one.prove(heard, List.of(PENCIL), 20).isEmpty());
    }

    @Test
    void namesAreRead() {
        assertEquals("a,b=c", first("n,,n=a=2Cb=3Dc,r=x").orElseThrow().user());
        assertEquals("=2C", first("n,,n==3D2C,r=x").orElseThrow().user());
        assertEquals("j\u00f6rg@x", first("y,,n=jo\u0308rg@x,r=x").orElseThrow().user());
        assertEquals("u", first("n,a=u,n=u,r=x,z=1").orElseThrow().user());
        assertEquals("n,a=u,", first("n,a=u,n=u,r=x").orElseThrow().header());
        assertEquals("n=u,r=x", first("n,a=u,n=u,r=x").orElseThrow().bare());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n",
                "n,,",
                "n,,n=user",
                "n,,r=x,n=user",
                "n,,n=,r=x",
                "n,,n=user,r=",
                "n,,n=user,r=a b",
                "n,,n=user,r=\u00e9",
                "n,,n=us=er,r=x",
                "n,,n=us=2cer,r=x",
                "n,,n=us=2,r=x",
                "n,,n=us=2=2CC,r=x",
                "n,,n=us\0er,r=x",
                "n,,m=x,n=user,r=x",
                "n,,n=user,r=x,i=2147483647",
                "n,,n=user,r=x,z",
                // Somebody else's rights, and bindings to a channel that were never offered.
                "n,a=other,n=user,r=x",
                "n,user,n=user,r=x",
                "p=tls-exporter,,n=user,r=x",
                "p=tls-unique,,n=user,r=x",
                "N,,n=user,r=x",
                "z,,n=user,r=x"
            })
    void whatIsNoFirstMessageIsNone(String text) {
        assertTrue(first(text).isEmpty(), text);
    }

    /// RFC 4013 §3.
    @Test
    void thereIsOneWayToWriteAName() {
        assertEquals(Optional.of("IX"), SaslPrep.prepared("I\u00adX"));
        assertEquals(Optional.of("user"), SaslPrep.prepared("user"));
        assertEquals(Optional.of("USER"), SaslPrep.prepared("USER"));
        assertEquals(Optional.of("a"), SaslPrep.prepared("\u00aa"));
        assertEquals(Optional.of("IX"), SaslPrep.prepared("\u2168"));
        assertEquals(Optional.of("a b"), SaslPrep.prepared("a\u00a0b"));
        assertEquals(Optional.of("\u0627 1 \u0628"), SaslPrep.prepared("\u0627 1 \u0628"));
        List<String> none =
                List.of("", "\u0007", "\u06271", "\u0627a\u0628", "a\u2028b", "\ue000", "\u200e");
        none.forEach(name -> assertTrue(SaslPrep.prepared(name).isEmpty(), name));
    }

    @Test
    void whatIsKeptIsNotShown() {
        assertFalse(PENCIL.toString().contains(PENCIL.storedKey()));
        assertThrows(IllegalArgumentException.class, () -> new ScramVerifier("AAAA", "AAAA"));
        byte[] secret = {1, 2, 3};
        assertEquals(
                Base64.getEncoder().encodeToString(ScramVerifier.salt(secret, "a@b")),
                Base64.getEncoder().encodeToString(ScramVerifier.salt(secret, "a@b")));
        assertNotEquals(
                Base64.getEncoder().encodeToString(ScramVerifier.salt(secret, "a@b")),
                Base64.getEncoder().encodeToString(ScramVerifier.salt(secret, "a@c")));
    }
}
