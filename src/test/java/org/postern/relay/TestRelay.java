package org.postern.relay;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.mail.Domain;
import org.postern.mail.Options;
import org.postern.net.HostLookup;

/// What the tests of the relay share: a client with short deadlines to which every host is the
/// loopback address.
final class TestRelay {
    static final Address FROM = Address.of("nurse@clinic.example");
    static final Address A = Address.of("a@partner.example");
    static final Address B = Address.of("b@partner.example");
    static final Address C = Address.of("c@partner.example");

    static final HostLookup LOOPBACK = _ -> List.of(InetAddress.getLoopbackAddress());

    private TestRelay() {}

    /// A client that waits long enough for a busy machine.
    static Relay create() {
        return create(Duration.ofSeconds(20));
    }

    /// @param step how long each step may take
    static Relay create(Duration step) {
        return new Relay(settings(step, 4), LOOPBACK, Clock.systemUTC());
    }

    /// @param deadlines of the steps, each by itself
    static Relay create(Deadlines deadlines) {
        return new Relay(settings(deadlines, 4), LOOPBACK, Clock.systemUTC());
    }

    static RelaySettings settings(Duration step, int connections) {
        return settings(deadlines(step, step.multipliedBy(4)), connections);
    }

    static RelaySettings settings(Deadlines deadlines, int connections) {
        return new RelaySettings(
                new Domain("gateway.clinic.example"),
                deadlines,
                connections,
                100,
                Duration.ofSeconds(60),
                Duration.ofMinutes(10),
                Duration.ofSeconds(20));
    }

    static Deadlines deadlines(Duration step, Duration transaction) {
        return new Deadlines(step, step, step, step, step, step, step, transaction);
    }

    /// A message of a client that asked for nothing besides.
    static Relay.Mail mail(
            @Nullable Address reversePath, List<Address> recipients, ContentWriter content) {
        return new Relay.Mail(reversePath, recipients, content, Options.NONE);
    }

    static Content content(String text) {
        return Content.of(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    /// Content whose size nobody knows before.
    static ContentWriter unsized(String text) {
        Content content = content(text);
        return out -> content.writeTo(out);
    }
}
