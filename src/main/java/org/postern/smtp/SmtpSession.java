package org.postern.smtp;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.postern.command.ChunkArguments;
import org.postern.command.CommandLine;
import org.postern.door.KnownSources;
import org.postern.mail.Arrival;
import org.postern.mail.Reply;
import org.postern.sasl.Authenticator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One session: the order of the commands (RFC 5321 §4.1.4) and the patience with a client. What a
/// transaction may hold it leaves to `Transaction`.
final class SmtpSession implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpSession.class);

    /// Enough of a stack to find a fault.
    private static final int FRAMES_LOGGED = 12;

    private final Connection connection;
    private final SmtpServer.Parts parts;
    private final String id;
    private final CountDownLatch stopping;
    private final SaslExchange sasl;
    private final Patience patience;
    private final KnownSources known;
    private Client client;
    private @Nullable Transaction transaction;
    private int messages;
    private @Nullable String ended;

    /// @param id the session's name in the log
    /// @param stopping at zero once the server stops
    /// @param known learns from where somebody logged in
    SmtpSession(
            Connection connection,
            SmtpServer.Parts parts,
            String id,
            CountDownLatch stopping,
            KnownSources known) {
        this.connection = connection;
        this.parts = parts;
        this.id = id;
        this.stopping = stopping;
        this.sasl = new SaslExchange(connection, parts, id, stopping);
        this.patience = new Patience(parts.listener());
        this.known = known;
        this.client = Client.stranger(connection.peer());
    }

    /// The whole session; the connection is closed afterwards. Nothing is thrown.
    @Override
    public void run() {
        try (connection) {
            converse();
        } catch (IOException e) {
            end("connection lost: " + e.getMessage());
        } catch (RuntimeException e) {
            // Not the message of the exception: it may quote what was being read.
            List<StackTraceElement> frames = Arrays.asList(e.getStackTrace());
            LOG.error(
                    "{} ended by a fault of ours: {} at {}",
                    id,
                    e.getClass().getName(),
                    frames.subList(0, Math.min(frames.size(), FRAMES_LOGGED)));
        } finally {
            drop();
        }
        LOG.info(
                "{} {} tls {} messages {} errors {}: {}",
                id,
                client.addressText(),
                client.tls() == null ? "none" : client.tls().toString(),
                messages,
                patience.errors(),
                ended);
    }

    private void converse() throws IOException {
        try {
            if (greet()) {
                while (ended == null) {
                    obey(nextLine());
                }
            }
        } catch (SocketTimeoutException e) {
            last(patience.isOver() ? Replies.NO_PROGRESS : Replies.TIMED_OUT);
        } catch (RuntimeException e) {
            last(Replies.OUR_FAULT);
            connection.flush();
            throw e;
        }
        connection.hangUp();
    }

    /// @return whether commands are welcome
    private boolean greet() throws IOException {
        SmtpListener listener = parts.listener();
        if (listener.kind() == SmtpListener.Kind.SUBMISSIONS) {
            secure();
        }
        if (listener.kind() == SmtpListener.Kind.RELAY
                && !listener.networks().contains(connection.peer())) {
            Arrival arrival = client.arrival(listener.kind().listener());
            parts.journal().refused(arrival, null, List.of(), Replies.NOT_YOUR_SERVER);
            last(Replies.NOT_YOUR_SERVER);
        } else if (connection.talksWithin(listener.limits().deadlines().client().banner())) {
            last(Replies.EARLY_TALKER);
        } else {
            connection.line("220 " + listener.hostname() + " ESMTP Postern");
        }
        return ended == null;
    }

    /// Waits for a line. Between transactions the server may end the session meanwhile, without
    /// this thread.
    private Connection.Line nextLine() throws IOException {
        if (transaction != null && transaction.hasChunks()) {
            connection.expectNextChunk();
        } else {
            connection.expectWithin(patience.untilNextCommand());
        }
        if (transaction != null || (connection.hasInput() && stopping.getCount() > 0)) {
            return connection.readLine();
        }
        connection.flush();
        connection.setIdle(true);
        // Looked at only now: whoever stops the server dismisses the idle after the count.
        boolean stop = stopping.getCount() == 0;
        Connection.Line line = stop ? Connection.Fault.END : connection.readLine();
        if (!connection.setIdle(false)) {
            end("dismissed");
            return Connection.Fault.END;
        }
        if (stop) {
            last(Replies.STOPPING);
        }
        return line;
    }

    private void obey(Connection.Line line) throws IOException {
        switch (line) {
            case Connection.Line.Text(String text) -> {
                Optional<CommandLine> command = CommandLine.parse(text);
                if (command.isEmpty()) {
                    say(Replies.NOT_ASCII);
                } else {
                    obey(command.get());
                }
            }
            case Connection.Fault fault -> {
                switch (fault) {
                    case TOO_LONG -> say(Replies.COMMAND_TOO_LONG);
                    case NO_LINE -> last(Replies.NO_LINE);
                    case END -> end("client gone");
                }
            }
        }
    }

    private void obey(CommandLine command) throws IOException {
        String argument = command.argument();
        boolean chunks = transaction != null && transaction.hasChunks();
        Optional<Reply> enough =
                command.verb().isOfTransaction() && isOver()
                        ? Optional.of(Replies.LOGIN_ENDED)
                        : patience.command(command.verb(), chunks);
        if (enough.isPresent()) {
            // What stands behind BDAT is not read: the session ends.
            drop();
            last(enough.get());
            return;
        }
        switch (command.verb()) {
            case EHLO, HELO -> hello(command.verb(), argument);
            case STARTTLS -> startTls(argument);
            case AUTH -> authenticate(argument);
            case MAIL -> mail(argument);
            case RCPT -> say(transaction == null ? Replies.BAD_ORDER : transaction.rcpt(argument));
            case DATA -> data(argument);
            case BDAT -> chunk(argument);
            case RSET -> {
                drop();
                idle(Replies.DONE);
            }
            case NOOP -> idle(Replies.DONE);
            case VRFY -> idle(Replies.NOT_VERIFIED);
            case EXPN, HELP -> say(Replies.NOT_OFFERED);
            case QUIT -> last(Replies.BYE);
            case HTTP -> last(Replies.UNKNOWN_COMMAND);
            case UNKNOWN -> say(Replies.UNKNOWN_COMMAND);
        }
    }

    /// Whether that by which somebody logged in counts no more.
    private boolean isOver() {
        Authenticator.@Nullable Account who = client.account();
        return who != null && !who.isGood();
    }

    private void hello(CommandLine.Verb verb, String name) throws IOException {
        if (connection.hasInput()) {
            last(Replies.OUT_OF_STEP);
            return;
        }
        if (name.isEmpty()) {
            say(Replies.NO_NAME);
            return;
        }
        boolean extended = verb == CommandLine.Verb.EHLO;
        client = client.greeted(name, extended);
        drop();
        List<String> lines = client.ehloLines(parts);
        for (int i = 0; i < lines.size() - 1; i++) {
            connection.line("250-" + lines.get(i));
        }
        idle(new Reply(250, "", lines.getLast()));
    }

    private void startTls(String argument) throws IOException {
        if (connection.hasInput()) {
            // Commands that somebody put behind STARTTLS in clear: they run under no name.
            last(Replies.OUT_OF_STEP);
        } else if (!argument.isEmpty()) {
            say(Replies.NO_ARGUMENT);
        } else if (parts.listener().tls() == null) {
            say(Replies.NOT_OFFERED);
        } else if (client.tls() != null) {
            say(Replies.BAD_ORDER);
        } else {
            connection.reply(Replies.READY_FOR_TLS);
            connection.flush();
            drop();
            secure();
        }
    }

    private void secure() throws IOException {
        client =
                client.secured(
                        connection.startTls(Objects.requireNonNull(parts.listener().tls()).get()));
        connection.takeTokens(
                parts.listener().kind().isSubmission() && parts.logins().bearer().isPresent());
    }

    private void authenticate(String argument) throws IOException {
        if (!parts.listener().kind().isSubmission()) {
            say(Replies.NOT_OFFERED);
        } else if (client.tls() == null) {
            say(Replies.TLS_FOR_AUTH);
        } else if (client.helo() == null || client.account() != null || transaction != null) {
            say(Replies.BAD_ORDER);
        } else {
            switch (sasl.run(client, argument)) {
                case SaslExchange.Result.LoggedIn(Authenticator.Account account) -> {
                    client = client.authenticated(account);
                    known.add(connection.peer());
                    patience.loggedIn();
                    connection.takeTokens(false);
                    say(Replies.LOGGED_IN);
                }
                case SaslExchange.Result.Failed(Reply reply) -> say(reply);
                case SaslExchange.Result.Broken(Reply reply) -> last(reply);
            }
        }
    }

    private void mail(String argument) throws IOException {
        boolean submission = parts.listener().kind().isSubmission();
        if (client.helo() == null || transaction != null) {
            say(Replies.BAD_ORDER);
        } else if (submission && client.tls() == null) {
            say(Replies.TLS_FIRST);
        } else if (submission && client.account() == null) {
            say(Replies.LOGIN_FIRST);
        } else {
            Transaction begun = new Transaction(parts, id, client);
            Reply reply = begun.mail(argument);
            if (reply.isPositive()) {
                transaction = begun;
            }
            say(reply);
        }
    }

    private void data(String argument) throws IOException {
        if (connection.hasInput()) {
            // RFC 2920 §3.1: DATA is the last of a group. What lies here is a message sent
            // unasked, and must not be taken for commands.
            last(Replies.OUT_OF_STEP);
        } else if (!argument.isEmpty()) {
            say(Replies.NO_ARGUMENT);
        } else if (transaction == null) {
            say(Replies.BAD_ORDER);
        } else if (transaction.hasChunks()) {
            say(Replies.CHUNKS_BEGUN);
        } else {
            long begun = System.nanoTime();
            Reply reply = transaction.data(connection);
            patience.giveBack(System.nanoTime() - begun);
            boolean endless = transaction.isEndless();
            drop();
            if (endless) {
                last(reply);
            } else {
                concluded(reply);
            }
        }
    }

    /// The payload stands behind the command, wanted or not. If its length is not known, or beyond
    /// what is read for the sake of a reply, the session ends: nothing of it may run as a command.
    private void chunk(String argument) throws IOException {
        Optional<ChunkArguments> parsed = ChunkArguments.parse(argument);
        if (parsed.isEmpty()) {
            last(Replies.BAD_CHUNK);
            return;
        }
        ChunkArguments chunk = parsed.get();
        long max = parts.listener().limits().messageOctets();
        if (chunk.octets() > DataReader.drainOctets(max)) {
            last(Replies.tooLarge(max));
        } else if (transaction == null || !client.extended()) {
            connection.expectMessage();
            connection.read(new Chunk(chunk.octets(), null));
            say(Replies.BAD_ORDER);
        } else {
            long begun = System.nanoTime();
            Reply reply = transaction.chunk(connection, chunk);
            patience.giveBack(System.nanoTime() - begun);
            if (reply.isPositive() && !chunk.last()) {
                chunkTaken(reply, chunk);
            } else {
                drop();
                concluded(reply);
            }
        }
    }

    private void chunkTaken(Reply reply, ChunkArguments chunk) throws IOException {
        if (chunk.octets() == 0) {
            idle(reply);
        } else {
            say(reply);
        }
    }

    private void concluded(Reply reply) throws IOException {
        if (reply.isPositive()) {
            messages++;
            patience.accepted();
        }
        say(reply);
    }

    /// Ends the transaction that is under way, if there is one.
    private void drop() {
        if (transaction != null) {
            transaction.close();
            transaction = null;
        }
    }

    /// Answers a command, and ends the session that has made too many errors, or was put off too
    /// often.
    private void say(Reply reply) throws IOException {
        connection.reply(reply);
        Optional<Reply> enough = patience.answered(reply);
        if (enough.isPresent()) {
            last(enough.get());
        }
    }

    /// Answers a command that does no work, and ends the session that does nothing else.
    private void idle(Reply reply) throws IOException {
        say(reply);
        if (patience.idled()) {
            last(Replies.TOO_MUCH_TALK);
        }
    }

    private void last(Reply reply) throws IOException {
        connection.reply(reply);
        end(reply.code() + " " + reply.enhanced());
    }

    private void end(String how) {
        if (ended == null) {
            ended = how;
        }
    }
}
