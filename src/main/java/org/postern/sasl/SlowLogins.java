package org.postern.sasl;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.postern.scram.ScramExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log-ins of one session, with a pause before each refusal, and before each answer that there
/// is none. What was given is overwritten.
///
/// The pause begins with the question, and ends in whole steps of the first one: how long somebody
/// took to find out that a name or a secret is wrong shows in no answer, as long as it is not a
/// step more. The clinic's own mail server may know at once that it has no such user, and compute
/// for a while where it has.
public final class SlowLogins {
    private static final Logger LOG = LoggerFactory.getLogger(SlowLogins.class);

    /// The doublings of the pause after failures end here.
    private static final int PAUSE_DOUBLINGS_MAX = 5;

    private final Logins logins;
    private final Duration firstPause;
    private final CountDownLatch stopping;
    private final LongSupplier time;

    /// @param firstPause before the answer to the first failure; it doubles with each further one
    /// @param stopping at zero once the server stops; cuts the pause short
    public SlowLogins(Logins logins, Duration firstPause, CountDownLatch stopping) {
        this(logins, firstPause, stopping, System::nanoTime);
    }

    /// @param time nanoseconds
    SlowLogins(Logins logins, Duration firstPause, CountDownLatch stopping, LongSupplier time) {
        this.logins = logins;
        this.firstPause = firstPause;
        this.stopping = stopping;
        this.time = time;
    }

    /// The one message of SASL PLAIN: RFC 4616 §2. One that is none names nobody.
    ///
    /// @param source the client's address or network, as one word
    public Logins.Attempted plain(String source, byte[] message) {
        Optional<Plain.Message> read = Plain.read(message);
        Arrays.fill(message, (byte) 0);
        if (read.isEmpty()) {
            return check(source, new byte[0], new byte[0]);
        }
        Plain.Message said = read.get();
        // Nobody may act for somebody else.
        boolean himself =
                said.authorized().length == 0 || Arrays.equals(said.authorized(), said.name());
        return check(source, himself ? said.name() : new byte[0], said.secret());
    }

    /// The one message of SASL OAUTHBEARER or XOAUTH2. One that is none names nobody.
    ///
    /// @param source the client's address or network, as one word
    public Logins.Attempted bearer(String source, BearerMechanism mechanism, byte[] message) {
        BearerMechanism.Message said = mechanism.message(message);
        Arrays.fill(message, (byte) 0);
        return slowly(() -> logins.attempt(source, said));
    }

    /// A log-in by SCRAM-SHA-256; empty if nobody takes one.
    ///
    /// @param source the client's address or network, as one word
    public Optional<ScramDialogue> scram(String source) {
        return logins.scram().map(taker -> new ScramDialogue(source, this, taker));
    }

    Logins.Proof proof(String source, ScramExchange exchange, byte[] message) {
        AtomicReference<Optional<String>> signature = new AtomicReference<>(Optional.empty());
        Logins.Attempted attempted =
                slowly(() -> {
                    Logins.Proof proof = logins.attempt(source, exchange, message);
                    signature.set(proof.signature());
                    return proof.attempted();
                });
        return new Logins.Proof(attempted, signature.get());
    }

    /// A message that is none, which names nobody.
    Logins.Attempted nobody(String source) {
        return slowly(() -> logins.attempt(source, BearerMechanism.Message.NONE));
    }

    /// Who takes access tokens; empty if nobody does.
    public Optional<BearerLogin> bearer() {
        return logins.bearer();
    }

    private Logins.Attempted slowly(Supplier<Logins.Attempted> asked) {
        long begin = time.getAsLong();
        Logins.Attempted attempted = asked.get();
        if (attempted instanceof Logins.Attempted.Denied(int lately, _)) {
            pause(begin, lately);
        } else if (attempted instanceof Logins.Attempted.Unavailable) {
            // Whoever asks on and on hears it no sooner.
            pause(begin, 1);
        }
        return attempted;
    }

    /// @param name in UTF-8
    /// @param password in UTF-8
    public Logins.Attempted check(String source, byte[] name, byte[] password) {
        char[] secret = characters(password);
        Arrays.fill(password, (byte) 0);
        try {
            String user = new String(characters(name));
            return slowly(() -> logins.attempt(source, user, secret));
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    /// The pause comes before the answer, and its length is remembered beyond the session, so that
    /// guessing faster by hanging up gains nothing.
    private void pause(long begin, int lately) {
        int doublings = Math.min(lately - 1, PAUSE_DOUBLINGS_MAX);
        Duration took = Duration.ofNanos(Math.max(0, time.getAsLong() - begin));
        Duration left = untilAnswer(took, firstPause, doublings);
        try {
            if (stopping.await(left.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.debug("a pause was cut short by the stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// How long a refusal waits yet: until the pause is over, or to the end of the step that has
    /// begun behind it.
    ///
    /// @param took from the question until now
    static Duration untilAnswer(Duration took, Duration step, int doublings) {
        if (step.isZero()) {
            return Duration.ZERO;
        }
        Duration pause = step.multipliedBy(1L << doublings);
        long begun = took.minusNanos(1).dividedBy(step) + 1;
        Duration end = step.multipliedBy(begun);
        return (end.compareTo(pause) < 0 ? pause : end).minus(took);
    }

    /// Octets that are not UTF-8 (RFC 4616 §2) become no characters at all, which nobody's name or
    /// secret may be; they still take the time of a check.
    private static char[] characters(byte[] octets) {
        try {
            CharBuffer decoded =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
            char[] characters = new char[decoded.remaining()];
            decoded.get(characters);
            Arrays.fill(decoded.array(), '\0');
            return characters;
        } catch (CharacterCodingException notUtf8) {
            return new char[0];
        }
    }
}
