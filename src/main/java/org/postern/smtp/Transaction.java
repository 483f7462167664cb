package org.postern.smtp;

import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.command.ChunkArguments;
import org.postern.command.Extension;
import org.postern.command.MailParameters;
import org.postern.command.Parsed;
import org.postern.command.PathArguments;
import org.postern.command.RecipientParameters;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.Options;
import org.postern.mail.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One mail transaction, from MAIL to the end of DATA or the last BDAT: who may write to whom, and
/// the hand-over. The order of the commands the session has seen to.
final class Transaction implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);

    /// Characters of a local part by which old servers routed on: `%` and `!`, and `@` in quotes.
    private static final String ROUTING_CHARACTERS = "%!@";

    private final SmtpServer.Parts parts;
    private final String session;
    private final Client client;
    private final Arrival arrival;
    private final Map<String, Address> recipients = new LinkedHashMap<>();
    private final Map<Address, Options.Recipient> reports = new HashMap<>();
    private final Set<Extension> offered;
    private MailParameters parameters = MailParameters.NONE;
    private @Nullable Address reversePath;
    private @Nullable Incoming incoming;

    /// @param session the session's name in the log
    /// @param client as known at MAIL; it does not change within a transaction
    Transaction(SmtpServer.Parts parts, String session, Client client) {
        this.parts = parts;
        this.session = session;
        this.client = client;
        this.offered = client.offers(parts.listener());
        this.arrival = client.arrival(parts.listener().kind().listener());
    }

    /// MAIL; the transaction has begun only if the reply is positive.
    Reply mail(String argument) {
        Optional<PathArguments> parsed = PathArguments.parse("FROM:", argument);
        if (parsed.isEmpty()) {
            return Replies.BAD_MAIL;
        }
        return switch (MailParameters.read(parsed.get().parameters(), offered)) {
            case Parsed.Unknown<MailParameters> _ -> Replies.UNKNOWN_PARAMETER;
            case Parsed.Invalid<MailParameters> _ -> Replies.BAD_PARAMETER;
            case Parsed.Good<MailParameters>(MailParameters asked) -> {
                parameters = asked;
                yield begin(parsed.get());
            }
        };
    }

    private Reply begin(PathArguments arguments) {
        long max = parts.listener().limits().messageOctets();
        if (parameters.size() > max) {
            // RFC 1870 §6.1: what is too large is refused before it is sent.
            return Replies.tooLarge(max);
        }
        try {
            parts.drafts().requireRoom(parameters.size());
        } catch (IOException e) {
            LOG.error("{} no message can be taken: {}", session, e.toString());
            return Replies.notStored(e);
        }
        if (arguments.isNull()) {
            // A person's client reports no failures, so it has no use for the empty path.
            return client.account() == null
                    ? Replies.SENDER_OK
                    : refuse(Replies.NOT_YOU, List.of());
        }
        if (arguments.isInternational() && !parameters.smtpUtf8()) {
            return Replies.SENDER_NEEDS_SMTPUTF8;
        }
        Optional<Address> mailbox = arguments.mailbox();
        if (mailbox.isEmpty()) {
            return arguments.holdsEncodedWord() ? Replies.SENDER_ENCODED : Replies.BAD_SENDER;
        }
        reversePath = mailbox.get();
        boolean allowed = client.account() == null || client.account().maySendAs(mailbox.get());
        return allowed ? Replies.SENDER_OK : refuse(Replies.NOT_YOU, List.of());
    }

    /// RCPT. A recipient that comes twice is answered like the first time and kept once.
    Reply rcpt(String argument) {
        Optional<PathArguments> parsed = PathArguments.parse("TO:", argument);
        if (parsed.isEmpty()) {
            return Replies.BAD_RCPT;
        }
        if (hasChunks()) {
            return Replies.BAD_ORDER;
        }
        boolean utf8 = parameters.smtpUtf8();
        return switch (RecipientParameters.read(parsed.get().parameters(), offered, utf8)) {
            case Parsed.Unknown<Options.Recipient> _ -> Replies.UNKNOWN_PARAMETER;
            case Parsed.Invalid<Options.Recipient> _ -> Replies.BAD_PARAMETER;
            case Parsed.Good<Options.Recipient>(Options.Recipient asked) ->
                    rcpt(parsed.get(), asked);
        };
    }

    private Reply rcpt(PathArguments arguments, Options.Recipient asked) {
        if (arguments.isPostmaster()) {
            Address postmaster = parts.listener().postmaster();
            return postmaster == null
                    ? refuse(Replies.NO_POSTMASTER, List.of())
                    : add(postmaster, asked);
        }
        if (arguments.isInternational() && !parameters.smtpUtf8()) {
            return Replies.RECIPIENT_NEEDS_SMTPUTF8;
        }
        Optional<Address> mailbox = arguments.mailbox();
        if (mailbox.isEmpty() && arguments.holdsEncodedWord()) {
            return refuse(Replies.RECIPIENT_ENCODED, List.of());
        }
        if (parts.listener().kind() == SmtpListener.Kind.INBOUND
                && mailbox.filter(this::isOurs).isEmpty()) {
            return refuse(Replies.NO_RELAYING, mailbox.stream().toList());
        }
        if (parts.listener().kind() == SmtpListener.Kind.INBOUND
                && mailbox.filter(parts.recipients()::contains).isEmpty()) {
            // Now, and not in a report later: the reverse-path may be somebody else's.
            return refuse(Replies.NO_SUCH_MAILBOX, mailbox.stream().toList());
        }
        return mailbox.map(recipient -> add(recipient, asked)).orElse(Replies.BAD_RECIPIENT);
    }

    private boolean isOurs(Address recipient) {
        return parts.listener().domains().contains(recipient.domain())
                && recipient.localPart().chars().noneMatch(c -> ROUTING_CHARACTERS.indexOf(c) >= 0);
    }

    private Reply add(Address recipient, Options.Recipient asked) {
        if (recipients.containsKey(recipient.key())) {
            return Replies.RECIPIENT_OK;
        }
        if (recipients.size() >= parts.listener().limits().recipients()) {
            return Replies.TOO_MANY_RECIPIENTS;
        }
        recipients.put(recipient.key(), recipient);
        if (!asked.equals(Options.Recipient.USUAL)) {
            reports.put(recipient, asked);
        }
        return Replies.RECIPIENT_OK;
    }

    /// DATA, to its end: the transaction is over afterwards, whatever the reply.
    ///
    /// @throws IOException if the client has gone or is too slow; nothing is kept then
    Reply data(Connection connection) throws IOException {
        Optional<Reply> refusal = open(DataReader.Framing.DOT);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        DataReader reader = incoming().reader();
        connection.reply(Replies.GO_AHEAD);
        connection.expectMessage();
        connection.read(reader);
        return conclude();
    }

    /// BDAT, its payload included, which is consumed before anything is said. The transaction is
    /// over after the last chunk, and after a negative reply.
    ///
    /// @throws IOException if the client has gone or is too slow; nothing is kept then
    Reply chunk(Connection connection, ChunkArguments chunk) throws IOException {
        boolean first = !hasChunks();
        Optional<Reply> refusal = first ? open(DataReader.Framing.CHUNKS) : Optional.empty();
        if (first) {
            connection.expectMessage();
        }
        if (refusal.isPresent()) {
            connection.read(new Chunk(chunk.octets(), null));
            return refusal.get();
        }
        DataReader reader = incoming().reader();
        connection.read(new Chunk(chunk.octets(), reader));
        if (chunk.last()) {
            reader.end();
        }
        boolean over = chunk.last() || reader.refusal().isPresent();
        return over ? conclude() : Replies.CHUNK_TAKEN;
    }

    /// Whether the message has begun with BDAT.
    boolean hasChunks() {
        return incoming != null;
    }

    /// Whether the message had no end within reason, so that the session must end.
    boolean isEndless() {
        return incoming != null && incoming.reader().isEndless();
    }

    private Optional<Reply> open(DataReader.Framing framing) {
        if (recipients.isEmpty()) {
            return Optional.of(Replies.NO_RECIPIENTS);
        }
        try {
            incoming = Incoming.open(parts, session, framing, this::traceField);
            return Optional.empty();
        } catch (IOException e) {
            LOG.error("{} a message cannot be begun: {}", session, e.toString());
            return Optional.of(Replies.notStored(e));
        }
    }

    private byte[] traceField(Draft draft) {
        Client.Hop hop = new Client.Hop(parts.listener().hostname(), parameters.smtpUtf8());
        return client.traceField(hop, draft.id(), parts.clock().instant());
    }

    private Incoming incoming() {
        return Objects.requireNonNull(incoming);
    }

    private Reply conclude() {
        DataReader reader = incoming().reader();
        Draft draft = incoming().draft();
        reader.storeFailure()
                .ifPresent(e ->
                        LOG.error(
                                "{} {} cannot be written: {}", session, draft.id(), e.toString()));
        Reply reply =
                reader.refusal()
                        .map(refusal -> refuse(refusal, List.copyOf(recipients.values())))
                        .orElseGet(() -> handOver(draft));
        LOG.info(
                "{} {} {} recipients, {} octets: {} {}",
                session,
                draft.id(),
                recipients.size(),
                reader.octets(),
                reply.code(),
                reply.enhanced());
        return reply;
    }

    /// The promise: a positive reply exists only behind this line.
    private Reply handOver(Draft draft) {
        try {
            incoming().finish();
        } catch (IOException e) {
            LOG.error("{} {} cannot be written: {}", session, draft.id(), e.toString());
            return Replies.notStored(e);
        }
        List<Address> all = List.copyOf(recipients.values());
        return parts.reception().receive(new Envelope(arrival, reversePath, all, options()), draft);
    }

    private Options options() {
        return new Options(
                parameters.smtpUtf8(),
                parameters.eightBit(),
                parameters.requireTls(),
                new Options.Reports(parameters.ret(), parameters.envid(), reports));
    }

    private Reply refuse(Reply reply, List<Address> concerned) {
        if (reply.isPermanent()) {
            parts.journal().refused(arrival, reversePath, concerned, reply);
        }
        return reply;
    }

    /// Frees what is on its way in; what was handed over stays.
    @Override
    public void close() {
        if (incoming != null) {
            incoming.close();
            incoming = null;
        }
    }
}
