package org.postern.smtp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.postern.allowance.SmtpLimits;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Reply;
import org.postern.net.Networks;
import org.postern.net.TlsMaterial;
import org.postern.sasl.Authenticator;
import org.postern.sasl.Logins;
import org.postern.testkit.ManualClock;
import org.postern.testkit.MemoryReception;
import org.postern.testkit.OpenTls;
import org.postern.testkit.SmtpPeer;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// A server of one kind on a free port, with everything around it in memory. Alice may log in and
/// may also write as the reception.
final class World implements AutoCloseable {
    static final Domain HOSTNAME = new Domain("mx.clinic.example");
    static final Domain CLINIC = new Domain("clinic.example");
    static final Address ALICE = Address.of("alice@clinic.example");
    static final Address RECEPTION = Address.of("reception@clinic.example");
    static final String SECRET = "correct horse";

    static final Networks LOOPBACK =
            switch (Networks.parse(List.of("127.0.0.0/8", "::1"))) {
                case Networks.Parsed.Good(Networks networks) -> networks;
                case Networks.Parsed.Bad(List<String> problems) ->
                        throw new AssertionError(problems);
            };

    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final TlsMaterial SERVER_TLS = TestTls.server(AUTHORITY.server("localhost"));

    /// For sessions in memory.
    static final TlsMaterial OPEN_TLS = OpenTls.server(AUTHORITY.server("localhost"));

    private static final SSLContext CLIENT_TLS =
            TestTls.client(List.of(AUTHORITY.authority().certificate()));

    record Refusal(List<Address> recipients, Reply reply) {}

    final MemoryReception reception;
    final List<Refusal> refusals = new CopyOnWriteArrayList<>();
    final SmtpServer server;

    World(SmtpListener.Kind kind) throws IOException {
        this(kind, limits -> limits, MemoryReception.accepting());
    }

    World(SmtpListener.Kind kind, UnaryOperator<SmtpLimits> change, MemoryReception reception)
            throws IOException {
        this(listener(kind, change), reception);
    }

    World(SmtpListener listener, MemoryReception reception) throws IOException {
        this.reception = reception;
        this.server =
                new SmtpServer(
                        listener,
                        reception,
                        reception,
                        new Receiving(1_000),
                        new Logins(World::authenticate, ManualClock.atNoon()),
                        RecipientList.everybody(),
                        (arrival, path, recipients, reply) ->
                                refusals.add(new Refusal(recipients, reply)),
                        ManualClock.atNoon());
        server.start();
    }

    static SmtpListener listener(SmtpListener.Kind kind, UnaryOperator<SmtpLimits> change) {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        SmtpListener plain =
                switch (kind) {
                    case SUBMISSION, SUBMISSIONS ->
                            SmtpListener.submission(kind, any, HOSTNAME, () -> SERVER_TLS);
                    case RELAY -> SmtpListener.relay(any, HOSTNAME, LOOPBACK);
                    case INBOUND -> SmtpListener.inbound(any, HOSTNAME, Set.of(CLINIC));
                };
        return plain.withTls(() -> SERVER_TLS)
                .withLimits(change.apply(impatient(SmtpLimits.usual(kind.listener()))));
    }

    /// With the pauses that only make guessers slow taken out.
    private static SmtpLimits impatient(SmtpLimits limits) {
        SmtpLimits.Deadlines usual = limits.deadlines();
        return limits.with(
                new SmtpLimits.Deadlines(
                        usual.client(),
                        usual.message(),
                        usual.write(),
                        usual.handshake(),
                        Duration.ZERO,
                        usual.stop()));
    }

    private static Optional<Authenticator.Account> authenticate(String user, char[] secret) {
        boolean right = user.equals(ALICE.toString()) && SECRET.equals(new String(secret));
        return right
                ? Optional.of(new Authenticator.Account(ALICE, Set.of(RECEPTION)))
                : Optional.empty();
    }

    SmtpPeer connect() throws IOException {
        return SmtpPeer.connect(server.port());
    }

    /// For a client that trusts the server.
    static SSLContext clientTls() {
        return CLIENT_TLS;
    }

    /// Goes over to TLS, trusting the server.
    static void secure(SmtpPeer peer) throws IOException {
        peer.startTls(CLIENT_TLS);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
