package org.postern.smtp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.postern.mail.Address;
import org.postern.sasl.Authenticator.Account;
import org.postern.sasl.Authenticator.Means;
import org.postern.sasl.Logins;
import org.postern.sasl.PasswordFile;
import org.postern.sasl.ScramLogin;
import org.postern.scram.ScramExchange;
import org.postern.scram.ScramVerifier;
import org.postern.testkit.ManualClock;
import org.postern.testkit.ScramClient;

/// Those who may log in to a session in memory: Alice and Bob by a password file, at the least cost
/// that a hash may have, and a device of Alice's by a proof. The server's nonces are the same ones
/// in each session, so that a proof can be written down.
public final class MemoryStaff {
    public static final Address ALICE = World.ALICE;
    public static final Address BOB = Address.of("bob@clinic.example");

    /// Alice may write as the reception too.
    public static final Address RECEPTION = World.RECEPTION;

    public static final String ALICE_SECRET = World.SECRET;
    public static final String BOB_SECRET = "battery staple";
    static final String DEVICE_SECRET = "k7kq-2mbx-9vtd-hw3p";

    private static final byte[] SALT = new byte[16];
    private static final int HASH_OCTETS = 32;
    private static final int LEAST_KIBIBYTES = 8;

    private static final class Lazily {
        static final MemoryStaff STAFF = open();
    }

    private final PasswordFile passwords;
    private final ScramVerifier device;
    private final String first;
    private final String proof;

    /// @param first what the device says first, in base64
    /// @param proof what it says last
    private MemoryStaff(PasswordFile passwords, ScramVerifier device, String first, String proof) {
        this.passwords = passwords;
        this.device = device;
        this.first = first;
        this.proof = proof;
    }

    /// Made once.
    public static MemoryStaff staff() {
        return Lazily.STAFF;
    }

    private static MemoryStaff open() {
        try {
            Path file = Files.createTempFile("memory-staff", ".users");
            file.toFile().deleteOnExit();
            Files.write(
                    file,
                    List.of(
                            ALICE + ":" + hash(ALICE_SECRET) + ":" + RECEPTION,
                            BOB + ":" + hash(BOB_SECRET)));
            ScramClient client = new ScramClient(ALICE.toString(), DEVICE_SECRET);
            ScramVerifier verifier = ScramVerifier.of(DEVICE_SECRET, SALT);
            byte[] first = Base64.getDecoder().decode(client.first());
            String challenge =
                    ScramExchange.begin(first, nonces(), _ -> SALT).orElseThrow().challenge();
            String last = client.last(ScramClient.base64(challenge));
            return new MemoryStaff(new PasswordFile(file), verifier, client.first(), last);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Whom nobody has failed to be yet.
    Logins logins() {
        ScramLogin proofs = new ScramLogin(new Verifiers(device), nonces());
        return new Logins(passwords, ManualClock.atNoon()).with(proofs);
    }

    /// What Alice's device says first, in base64.
    public String deviceFirst() {
        return first;
    }

    /// What it says to the server's challenge, which no one can say who does not know its secret.
    public String deviceProof() {
        return proof;
    }

    private static RandomGenerator nonces() {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(7_677);
    }

    private static String hash(String secret) {
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(LEAST_KIBIBYTES)
                        .withIterations(1)
                        .withParallelism(1)
                        .withSalt(SALT)
                        .build());
        byte[] hash = new byte[HASH_OCTETS];
        argon2.generateBytes(secret.getBytes(StandardCharsets.UTF_8), hash);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=1,p=1$%s$%s"
                .formatted(
                        LEAST_KIBIBYTES, base64.encodeToString(SALT), base64.encodeToString(hash));
    }

    private record Verifiers(ScramVerifier device) implements ScramLogin.Verifiers {
        @Override
        public byte[] salt(String user) {
            return SALT;
        }

        @Override
        public List<ScramLogin.Candidate> of(String user) {
            Account account = new Account(ALICE, Set.of(RECEPTION), Means.DEVICE, () -> true);
            return user.equals(ALICE.toString())
                    ? List.of(new ScramLogin.Candidate(device, () -> account))
                    : List.of();
        }

        @Override
        public int most() {
            return 1;
        }
    }
}
