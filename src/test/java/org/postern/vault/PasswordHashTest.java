package org.postern.vault;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class PasswordHashTest {
    private static final char[] SECRET = "Grüße, Schwester!".toCharArray();

    @Test
    void aSecretMatchesItsOwnHashAlone() {
        SecureRandom random = new SecureRandom();
        String encoded = PasswordHash.of(SECRET, random);
        assertTrue(encoded.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"), encoded);
        assertTrue(PasswordHash.isValid(encoded));
        assertTrue(PasswordHash.matches(SECRET, encoded));
        assertFalse(PasswordHash.matches("Grüße, Schwester?".toCharArray(), encoded));
        assertFalse(PasswordHash.matches(new char[0], encoded));
        assertNotEquals(encoded, PasswordHash.of(SECRET, random));
    }

    /// Written by the reference implementation: `echo -n password | argon2 somesalt -id -t 2 -m 16
    /// -p 1`, from the test suite of phc-winner-argon2.
    @Test
    void hashesOfOtherProgramsAreUnderstood() {
        String encoded =
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
                        + "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assertTrue(PasswordHash.matches("password".toCharArray(), encoded));
        assertFalse(PasswordHash.matches("passwort".toCharArray(), encoded));
    }

    @Test
    void nothingMatchesTheDummy() {
        assertTrue(PasswordHash.isValid(PasswordHash.dummy()));
        assertFalse(PasswordHash.matches(SECRET, PasswordHash.dummy()));
        assertFalse(PasswordHash.matches(new char[0], PasswordHash.dummy()));
    }

    @Test
    void whatIsNoHashMatchesNothing() {
        String salt = "c29tZXNhbHRzb21lc2FsdA";
        String hash = "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        for (String bad :
                List.of(
                        "",
                        "password",
                        "$2y$10$abcdefghijklmnopqrstuv",
                        "$argon2i$v=19$m=19456,t=2,p=1$" + salt + "$" + hash, // other variant
                        "$argon2id$v=16$m=19456,t=2,p=1$" + salt + "$" + hash, // old version
                        "$argon2id$v=19$m=9999999,t=2,p=1$" + salt + "$" + hash, // 10 GB
                        "$argon2id$v=19$m=19456,t=0,p=1$" + salt + "$" + hash,
                        "$argon2id$v=19$m=4,t=2,p=1$" + salt + "$" + hash,
                        "$argon2id$v=19$m=19456,t=999,p=1$" + salt + "$" + hash,
                        "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$",
                        "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + hash + "\n")) {
            assertFalse(PasswordHash.isValid(bad), bad);
            assertFalse(PasswordHash.matches("password".toCharArray(), bad), bad);
        }
    }
}
