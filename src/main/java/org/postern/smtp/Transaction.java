package org.postern.smtp;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Draft;
import org.postern.mail.Envelope;
import org.postern.mail.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One mail transaction, from MAIL to the end of DATA: who may write to whom, and the hand-over.
/// The order of the commands the session has seen to.
final class Transaction {
    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);

    /// Characters of a local part by which old servers routed on: `%` and `!`, and `@` in quotes.
    private static final String ROUTING_CHARACTERS = "%!@";

    private final SmtpServer.Parts parts;
    private final String session;
    private final Client client;
    private final Arrival arrival;
    private final Map<String, Address> recipients = new LinkedHashMap<>();
    private @Nullable Address reversePath;
    private boolean endless;

    /// @param session the session's name in the log
    /// @param client as known at MAIL; it does not change within a transaction
    Transaction(SmtpServer.Parts parts, String session, Client client) {
        this.parts = parts;
        this.session = session;
        this.client = client;
        this.arrival = client.arrival(parts.listener().kind().listener());
    }

    /// MAIL; the transaction has begun only if the reply is positive.
    Reply mail(String argument) {
        Optional<PathArguments> parsed = PathArguments.parse("FROM:", argument);
        if (parsed.isEmpty()) {
            return Replies.BAD_MAIL;
        }
        PathArguments arguments = parsed.get();
        for (Map.Entry<String, String> parameter : arguments.parameters().entrySet()) {
            Optional<Reply> fault = faultOf(parameter.getKey(), parameter.getValue());
            if (fault.isPresent()) {
                return fault.get();
            }
        }
        if (arguments.isNull()) {
            // A person's client reports no failures, so it has no use for the empty path.
            return client.account() == null
                    ? Replies.SENDER_OK
                    : refuse(Replies.NOT_YOU, List.of());
        }
        Optional<Address> mailbox = arguments.mailbox();
        if (mailbox.isEmpty()) {
            return Replies.BAD_SENDER;
        }
        reversePath = mailbox.get();
        boolean allowed = client.account() == null || client.account().maySendAs(mailbox.get());
        return allowed ? Replies.SENDER_OK : refuse(Replies.NOT_YOU, List.of());
    }

    private Optional<Reply> faultOf(String keyword, String value) {
        return switch (keyword) {
            case "SIZE" -> faultOfSize(value);
            case "BODY" ->
                    switch (value.toUpperCase(Locale.ROOT)) {
                        case "7BIT", "8BITMIME" -> Optional.empty();
                        default -> Optional.of(Replies.BAD_PARAMETER);
                    };
            // RFC 4954 §5 asks whoever offers AUTH to take it; who wrote is decided by the login.
            case "AUTH" ->
                    client.account() == null
                            ? Optional.of(Replies.UNKNOWN_PARAMETER)
                            : Optional.empty();
            default -> Optional.of(Replies.UNKNOWN_PARAMETER);
        };
    }

    /// RFC 1870 §6.1: what is too large is refused before it is sent.
    private Optional<Reply> faultOfSize(String value) {
        if (value.isEmpty() || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of(Replies.BAD_PARAMETER);
        }
        String digits = value.replaceFirst("^0+(?=.)", "");
        long max = parts.listener().limits().messageOctets();
        boolean fits = digits.length() <= 18 && Long.parseLong(digits) <= max;
        return fits ? Optional.empty() : Optional.of(Replies.tooLarge(max));
    }

    /// RCPT. A recipient that comes twice is answered like the first time and kept once.
    Reply rcpt(String argument) {
        Optional<PathArguments> parsed = PathArguments.parse("TO:", argument);
        if (parsed.isEmpty()) {
            return Replies.BAD_RCPT;
        }
        PathArguments arguments = parsed.get();
        if (!arguments.parameters().isEmpty()) {
            return Replies.UNKNOWN_PARAMETER;
        }
        if (arguments.isPostmaster()) {
            Address postmaster = parts.listener().postmaster();
            return postmaster == null ? refuse(Replies.NO_POSTMASTER, List.of()) : add(postmaster);
        }
        Optional<Address> mailbox = arguments.mailbox();
        if (parts.listener().kind() == SmtpListener.Kind.INBOUND
                && mailbox.filter(this::isOurs).isEmpty()) {
            return refuse(Replies.NO_RELAYING, mailbox.stream().toList());
        }
        return mailbox.map(this::add).orElse(Replies.BAD_RECIPIENT);
    }

    private boolean isOurs(Address recipient) {
        return parts.listener().domains().contains(recipient.domain())
                && recipient.localPart().chars().noneMatch(c -> ROUTING_CHARACTERS.indexOf(c) >= 0);
    }

    private Reply add(Address recipient) {
        boolean full = recipients.size() >= parts.listener().limits().recipients();
        if (full && !recipients.containsKey(recipient.key())) {
            return Replies.TOO_MANY_RECIPIENTS;
        }
        recipients.putIfAbsent(recipient.key(), recipient);
        return Replies.RECIPIENT_OK;
    }

    /// DATA, to its end: the transaction is over afterwards, whatever the reply.
    ///
    /// @throws IOException if the client has gone or is too slow; nothing is kept then
    Reply data(Connection connection) throws IOException {
        if (recipients.isEmpty()) {
            return Replies.NO_RECIPIENTS;
        }
        Draft draft;
        try {
            draft = parts.drafts().open();
        } catch (IOException e) {
            LOG.error("{} no draft can be opened: {}", session, e.toString());
            return Replies.NO_ROOM;
        }
        try {
            return receive(connection, draft);
        } finally {
            discard(draft);
        }
    }

    /// Whether the message had no end within reason, so that the session must end.
    boolean isEndless() {
        return endless;
    }

    private Reply receive(Connection connection, Draft draft) throws IOException {
        try {
            draft.out()
                    .write(
                            client.traceField(
                                    parts.listener().hostname(),
                                    draft.id(),
                                    parts.clock().instant()));
        } catch (IOException e) {
            LOG.error("{} {} cannot be written: {}", session, draft.id(), e.toString());
            return Replies.NO_ROOM;
        }
        long max = parts.listener().limits().messageOctets();
        DataReader reader = new DataReader(draft.out(), max);
        connection.reply(Replies.GO_AHEAD);
        connection.read(reader);
        endless = reader.isEndless();
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
        List<Address> all = List.copyOf(recipients.values());
        return parts.reception().receive(new Envelope(arrival, reversePath, all), draft);
    }

    private Reply refuse(Reply reply, List<Address> concerned) {
        if (reply.isPermanent()) {
            parts.journal().refused(arrival, reversePath, concerned, reply);
        }
        return reply;
    }

    /// A draft that was committed is the spool's; of any other nothing may stay. If closing fails
    /// the reply holds all the same: the spool sweeps what was never committed at its next start.
    private void discard(Draft draft) {
        try {
            draft.close();
        } catch (IOException e) {
            LOG.warn("{} {} was not closed: {}", session, draft.id(), e.toString());
        }
    }
}
