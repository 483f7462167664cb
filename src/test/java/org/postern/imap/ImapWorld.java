package org.postern.imap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.postern.beside.Clinic;
import org.postern.bridge.Bridge;
import org.postern.bridge.Orders;
import org.postern.cabinet.Cabinet;
import org.postern.door.Wire;
import org.postern.holding.HeldMessages;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.mailbox.FileMailboxStore;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Direction;
import org.postern.mailbox.StoredMessage;
import org.postern.net.PerSource;
import org.postern.net.TlsMaterial;
import org.postern.rewrap.Pace;
import org.postern.rewrap.SealedPlace;
import org.postern.rotation.SealedPlaces;
import org.postern.sasl.Authenticator;
import org.postern.sasl.Logins;
import org.postern.search.SearchQueues;
import org.postern.search.SearchTurns;
import org.postern.store.Database;
import org.postern.store.FileDisk;
import org.postern.talk.Conversation;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SmtpPeer;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestDatabase;
import org.postern.testkit.TestTls;
import org.postern.testkit.TestVault;
import org.postern.vault.SealedText;
import org.postern.vault.Vault;

/// An IMAP server on a free port over a real secure mailbox in a folder. Everybody of the clinic
/// may log in, with the same password.
public final class ImapWorld implements AutoCloseable {
    public static final String SECRET = "correct horse";

    private static final Domain CLINIC = new Domain("clinic.example");
    private static final Address PATIENT = Address.of("maria@home.example");
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final TlsMaterial SERVER_TLS = TestTls.server(AUTHORITY.server("localhost"));
    private static final SSLContext CLIENT_TLS =
            TestTls.client(List.of(AUTHORITY.authority().certificate()));

    public final ManualClock clock = new ManualClock(Instant.parse("2026-03-02T12:00:00Z"));
    public final FileMailboxStore mailbox;
    private final Path home;
    private final SecureRandom random = new SecureRandom();
    private final Vault vault;
    private final Database database;
    private final Cabinet cabinet;
    private final ImapServer server;
    private final ImapServer.Parts parts;

    /// What is reached beside the folders; a test may exchange it.
    volatile Bridge bridge =
            new Bridge(Orders.none(), (reader, keys) -> keys, new Bridges.Shut("nothing is held"));

    /// Whose turn it is to search; nobody waits long.
    final SearchTurns turns =
            new SearchTurns(
                    2, 1, new SearchTurns.Waiting(Duration.ofMillis(100), Duration.ofMinutes(1)));

    /// The same for searches that open no letter; whoever waits hears of it all the time.
    final SearchTurns lists =
            new SearchTurns(
                    2, 1, new SearchTurns.Waiting(Duration.ofMinutes(1), Duration.ofMillis(1)));

    /// The same in folders of the clinic's server.
    final SearchTurns elsewhere =
            new SearchTurns(
                    1, 1, new SearchTurns.Waiting(Duration.ofMillis(100), Duration.ofMinutes(1)));

    /// What is counted while a command runs, in nanoseconds; each look at it adds the pace.
    final AtomicLong stopwatch = new AtomicLong();

    /// What the time of a search is taken by, in nanoseconds.
    final AtomicLong searching = new AtomicLong();

    /// In nanoseconds.
    volatile long pace;

    public ImapWorld(Path home) throws IOException {
        this(home, limits -> limits);
    }

    public ImapWorld(Path home, UnaryOperator<ImapLimits> change) throws IOException {
        this(home, change, (_, _) -> Optional.empty());
    }

    /// Whose folders are shown as well.
    @FunctionalInterface
    public interface Beside {
        Optional<Clinic> of(Database database, Path home) throws IOException;
    }

    public ImapWorld(Path home, UnaryOperator<ImapLimits> change, Beside clinic)
            throws IOException {
        this(home, change, clinic, ImapListener.Kind.IMAP);
    }

    /// @param kind of the door
    ImapWorld(Path home, UnaryOperator<ImapLimits> change, Beside clinic, ImapListener.Kind kind)
            throws IOException {
        this(home, change, clinic, kind, TestVault.one());
    }

    /// One with keys of its own.
    ImapWorld(Path home, Vault vault) throws IOException {
        this(home, it -> it, (_, _) -> Optional.empty(), ImapListener.Kind.IMAP, vault);
    }

    private ImapWorld(
            Path home,
            UnaryOperator<ImapLimits> change,
            Beside clinic,
            ImapListener.Kind kind,
            Vault vault)
            throws IOException {
        this.home = home;
        this.vault = vault;
        FileDisk disk = new FileDisk();
        database = TestDatabase.open(disk, home.resolve("db"), clock);
        mailbox =
                FileMailboxStore.open(
                        new FileMailboxStore.Ground(
                                disk, home.resolve("bodies"), vault, database, random, clock));
        cabinet =
                Cabinet.open(
                        new Cabinet.Ground(
                                mailbox,
                                database,
                                vault,
                                clock,
                                disk,
                                home.resolve("folders.mark")));
        ImapLimits.Deadlines usual = ImapLimits.Deadlines.usual();
        // With the pauses that only make guessers slow taken out.
        ImapLimits limits =
                change.apply(
                        ImapLimits.usual()
                                .withDeadlines(
                                        new ImapLimits.Deadlines(
                                                usual.stranger(),
                                                usual.login(),
                                                usual.idle(),
                                                usual.write(),
                                                usual.handshake(),
                                                usual.stillHere(),
                                                Duration.ZERO,
                                                usual.stop())));
        ImapListener listener =
                new ImapListener(
                        kind,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        new Domain("imap.clinic.example"),
                        limits,
                        () -> SERVER_TLS);
        ImapServer.Inside inside =
                new ImapServer.Inside(
                        new ImapServer.Rooms(cabinet, exchangeable(), clinic.of(database, home)),
                        new Logins(ImapWorld::authenticate, clock),
                        limits,
                        new SearchQueues(turns, lists, elsewhere, searching::get),
                        () -> stopwatch.getAndAdd(pace));
        parts = inside.behind(listener);
        server = new ImapServer(listener, inside);
        server.start();
    }

    private Bridge exchangeable() {
        return Bridges.following(() -> bridge);
    }

    private static Optional<Authenticator.Account> authenticate(String user, char[] secret) {
        return Address.parse(user)
                .filter(it -> it.domain().equals(CLINIC) && SECRET.equals(new String(secret)))
                .map(it -> new Authenticator.Account(it, Set.of()));
    }

    /// Shows held mail from now on.
    void show(HeldMessages held) {
        cabinet.show(held);
    }

    /// Deletes what is left of held mail that is decided.
    void sweepHeld() {
        cabinet.sweepHeld();
    }

    /// Gives the only folder that somebody made a name that nobody can give it any more, as it may
    /// have from an earlier version.
    void nameFromBefore(String name) throws IOException {
        String shelf =
                database.read(handle ->
                        handle.createQuery("SELECT shelf FROM imap_own_folder")
                                .mapTo(String.class)
                                .one());
        String sealed = SealedText.sealLine(vault, name, "folder " + shelf);
        database.change(handle -> handle.execute("UPDATE imap_own_folder SET name = ?", sealed));
    }

    /// Forgets all outlines, and leaves nothing of a body from which one could be made again.
    void loseLetter(StoredMessage letter) throws IOException {
        database.change(handle -> {
            handle.execute("DELETE FROM imap_outline");
            handle.execute("DELETE FROM imap_outline_ahead");
        });
        Files.delete(home.resolve("bodies").resolve(letter.key() + ".body"));
    }

    /// Nobody knows any more whether header sections are in ASCII, as of mail of an earlier
    /// version.
    void forgetAscii() throws IOException {
        database.change(handle -> {
            handle.execute("DELETE FROM imap_outline_ahead");
            handle.execute("UPDATE imap_filed SET ascii = NULL");
        });
    }

    /// Brings all that lies here under the active key of the vault.
    ///
    /// @return how many things were under another one
    long rewrap() throws IOException {
        Path patients = home.resolve("patients.csv");
        if (!Files.exists(patients)) {
            Files.createFile(patients);
        }
        long rewrapped = 0;
        try (Pace pace = new Pace(1_000_000)) {
            Map<String, SealedPlace> files = Map.of("bodies", mailbox);
            for (SealedPlace each : SealedPlaces.of(files, database, vault, patients).values()) {
                rewrapped += each.rewrap(pace).rewrapped();
            }
        }
        return rewrapped;
    }

    /// Lets all letters of people's own count as so large each.
    void growOwn(long octets) throws IOException {
        database.change(handle ->
                handle.execute("UPDATE message SET octets = ? WHERE direction = 'OWN'", octets));
    }

    /// How many rows there are.
    ///
    /// @param from a table, perhaps with a condition
    long rows(String from) throws IOException {
        return database.read(handle ->
                handle.createQuery("SELECT COUNT(*) FROM " + from).mapTo(Long.class).one());
    }

    /// Takes the database away, while everybody is told that something has changed.
    void loseStore() throws IOException {
        database.close();
        cabinet.changed();
    }

    /// Lets the database forget that any folder was changed, as one does that goes back.
    void goBack() throws IOException {
        database.change(handle -> handle.execute("UPDATE imap_state SET changes = 0"));
    }

    int port() {
        return server.port();
    }

    /// A session on the caller's thread, to its end.
    ///
    /// @param secured whether it is taken for one under TLS
    void serve(Wire wire, boolean secured) throws IOException {
        Conversation conversation = new Conversation(wire);
        if (!parts.strangers().take(PerSource.of(conversation.peer()))) {
            throw new AssertionError("sessions do not give their places back");
        }
        ImapSession session = new ImapSession(conversation, parts, "memory", new CountDownLatch(1));
        if (secured) {
            session.secured();
        }
        session.run();
    }

    /// Stops the server alone.
    void stop() throws IOException {
        server.close();
    }

    /// Stores a message; each arrives a minute after the one before.
    public StoredMessage store(String owner, Direction direction, String octets)
            throws IOException {
        return store(owner, direction, octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    public StoredMessage store(String owner, Direction direction, byte[] octets)
            throws IOException {
        clock.advance(Duration.ofMinutes(1));
        return mailbox.store(
                new NewMessage(
                        QueueId.next(clock.instant(), random),
                        direction,
                        Address.of(owner),
                        PATIENT,
                        "",
                        List.of(),
                        clock.instant()),
                Content.of(octets));
    }

    public SmtpPeer connect() throws IOException {
        return SmtpPeer.connect(server.port());
    }

    /// The same for a client that reads literals; nobody has logged in.
    public ImapPeer peer() throws IOException {
        return ImapPeer.secured(server.port(), CLIENT_TLS);
    }

    /// For a client that trusts the server.
    static SSLContext clientTls() {
        return CLIENT_TLS;
    }

    public static void secure(SmtpPeer peer) throws IOException {
        peer.startTls(CLIENT_TLS);
    }

    /// A client that is logged in; everything said until then is read.
    public SmtpPeer login(String owner) throws IOException {
        SmtpPeer peer = connect();
        peer.line();
        peer.say("l1 STARTTLS");
        peer.line();
        secure(peer);
        peer.say("l2 LOGIN " + owner + " \"" + SECRET + "\"");
        String answer = peer.line();
        if (!answer.startsWith("l2 OK ")) {
            throw new AssertionError(answer);
        }
        return peer;
    }

    @Override
    public void close() throws IOException {
        server.close();
        mailbox.close();
        database.close();
    }
}
