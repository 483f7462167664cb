package org.postern.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.sasl.Logins.Attempted;
import org.postern.scram.ScramExchange;

/// One log-in by SCRAM-SHA-256 in a session of any protocol: what the client says is given to
/// `next` until it is done. Whatever is wrong, and whoever says it, ends in the same way.
public final class ScramDialogue {
    /// The name under which it is offered: RFC 7677 §3.
    public static final String MECHANISM = "SCRAM-SHA-256";

    private final String source;
    private final SlowLogins logins;
    private final ScramLogin taker;
    private @Nullable ScramExchange exchange;
    private @Nullable Attempted proved;

    /// What comes next.
    public sealed interface Step {
        /// The client is to answer this.
        ///
        /// @param challenge in base64
        record Ask(String challenge) implements Step {}

        record Done(Attempted attempted) implements Step {}
    }

    ScramDialogue(String source, SlowLogins logins, ScramLogin taker) {
        this.source = source;
        this.logins = logins;
        this.taker = taker;
    }

    /// @param said the client's next answer, without base64
    public Step next(byte[] said) {
        if (proved != null) {
            // RFC 5802 §5: the client has nothing more to say. One that has something is none.
            return new Step.Done(said.length == 0 ? proved : logins.nobody(source));
        }
        if (exchange != null) {
            return proof(exchange, said);
        }
        Optional<ScramExchange> begun = taker.begin(said);
        exchange = begun.orElse(null);
        return begun.isPresent()
                ? ask(begun.get().challenge())
                : new Step.Done(logins.nobody(source));
    }

    private Step proof(ScramExchange begun, byte[] said) {
        Logins.Proof proof = logins.proof(source, begun, said);
        proved = proof.attempted();
        return proof.signature().isPresent()
                ? ask(proof.signature().get())
                : new Step.Done(proof.attempted());
    }

    private static Step ask(String text) {
        return new Step.Ask(Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
    }
}
