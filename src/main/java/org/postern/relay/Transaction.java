package org.postern.relay;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Duty;
import org.postern.mail.Reply;
import org.postern.relay.Wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One mail transaction on a connection: MAIL, RCPT, DATA, content, final dot (RFC 5321 §3.3).
/// Every recipient leaves it with one outcome; what is in doubt is `Delayed`.
final class Transaction {
    /// RFC 5321 §4.5.3.1.8: so many recipients every server takes.
    static final int RECIPIENTS_MAX = 100;

    /// RFC 5321 §4.2.2.
    private static final int OUT_OF_SEQUENCE = 503;

    /// RFC 4954 §6; RFC 3207 §4 uses it for "STARTTLS first".
    private static final int LOG_IN_FIRST = 530;

    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);

    private final Connection connection;
    private final Wire wire;
    private final Deadlines deadlines;
    private final Relay.Mail mail;
    private final Map<Address, DeliveryOutcome> outcomes = new HashMap<>();
    private final List<Address> accepted = new ArrayList<>();
    private boolean mailAnswered;
    private boolean endSent;

    /// What came of it.
    sealed interface Result {
        record Done(Map<Address, DeliveryOutcome> outcomes) implements Result {}

        /// A kept connection turned out to be dead before MAIL was answered: nothing was decided.
        record Stale() implements Result {}
    }

    Transaction(Connection connection, Deadlines deadlines, Relay.Mail mail) {
        this.connection = connection;
        this.wire = connection.wire();
        this.deadlines = deadlines;
        this.mail = mail;
    }

    /// Runs it. Afterwards the connection is ready for another, or broken.
    Result run() {
        boolean ended = false;
        try {
            wire.begin(deadlines.transaction());
            handOver();
            ended = true;
        } catch (WireException e) {
            if (!mailAnswered && connection.isKept()) {
                return new Result.Stale();
            }
            delayRest(connection.hop().name() + ": " + e.sentence() + (endSent ? TWICE : ""));
        } finally {
            // Also after an unchecked exception: a half-sent message is never completed.
            if (!ended) {
                wire.close();
            }
        }
        Map<Address, DeliveryOutcome> inOrder = new LinkedHashMap<>();
        mail.recipients().forEach(it -> inOrder.put(it, requireNonNull(outcomes.get(it))));
        return new Result.Done(inOrder);
    }

    /// K17: the server may have taken the message.
    private static final String TWICE = " after the whole message was sent; it may arrive twice";

    private void handOver() throws WireException {
        if (wire.hasEarlyReply()) {
            throw wire.fault("it spoke without being asked");
        }
        OptionalLong octets = mail.content().octets();
        if (octets.isPresent() && octets.getAsLong() > connection.extensions().sizeMax()) {
            settleAll(tooLarge(octets.getAsLong()));
            return;
        }
        Optional<Reply> lacking = connection.extensions().lacking(mail, connection.isProved());
        if (lacking.isPresent()) {
            settleAll(failed(lacking.get()));
            return;
        }
        boolean pipelined = connection.extensions().pipelining();
        if (pipelined) {
            sendGroup();
        }
        if (!mailAccepted(pipelined)) {
            if (pipelined) {
                skipGroup();
            }
            reset();
            return;
        }
        for (Address recipient : mail.recipients()) {
            judge(recipient, exchange(pipelined, rcpt(recipient), "RCPT"));
        }
        if (pipelined || !accepted.isEmpty()) {
            data(exchange(pipelined, "DATA", "DATA"));
        } else {
            reset();
        }
    }

    /// RFC 2920 §3.1: all commands in one piece, DATA last.
    private void sendGroup() throws WireException {
        wire.command(mailFrom());
        for (Address recipient : mail.recipients()) {
            wire.command(rcpt(recipient));
        }
        wire.command("DATA");
        wire.step("MAIL", deadlines.mail());
        wire.flush();
    }

    /// The reply to a command; where commands are not pipelined, sends it first.
    private PeerReply exchange(boolean pipelined, String command, String verb)
            throws WireException {
        wire.step(
                verb,
                switch (verb) {
                    case "MAIL" -> deadlines.mail();
                    case "RCPT" -> deadlines.rcpt();
                    case "DATA" -> deadlines.dataStart();
                    default -> deadlines.command();
                });
        if (!pipelined) {
            wire.command(command);
            wire.flush();
        }
        PeerReply reply = wire.reply();
        if (reply.code() == 421) {
            // RFC 5321 §3.8: it closes, whatever it was asked.
            throw wire.fault("it closed the connection at " + verb + ": " + reply.status());
        }
        return reply;
    }

    private boolean mailAccepted(boolean pipelined) throws WireException {
        PeerReply reply = exchange(pipelined, mailFrom(), "MAIL");
        if (reply.code() == OUT_OF_SEQUENCE) {
            // The two sides are not at the same place. That is no verdict.
            throw wire.fault("it lost the thread at MAIL: " + reply.status());
        }
        mailAnswered = true;
        if (reply.isPositive()) {
            return true;
        }
        settleAll(verdict(reply, "MAIL"));
        return false;
    }

    /// The replies to commands that were sent already and cannot succeed any more.
    private void skipGroup() throws WireException {
        for (Address _ : mail.recipients()) {
            var _ = exchange(true, "", "RCPT");
        }
        refuseData(exchange(true, "", "DATA"));
    }

    private void judge(Address recipient, PeerReply reply) throws WireException {
        if (reply.isPositive()) {
            accepted.add(recipient);
        } else if (reply.code() == 552 && !accepted.isEmpty() && meansTooMany(reply.reply())) {
            // RFC 5321 §4.5.3.1.10: an old way to say "too many recipients".
            outcomes.put(recipient, delayed(reply));
        } else {
            outcomes.put(recipient, verdict(reply, "RCPT"));
        }
    }

    private static boolean meansTooMany(Reply reply) {
        return reply.enhanced().isEmpty() || reply.enhanced().equals("5.5.3");
    }

    private void data(PeerReply reply) throws WireException {
        if (accepted.isEmpty()) {
            refuseData(reply);
            reset();
        } else if (reply.code() == 354) {
            sendContent();
        } else {
            settleAccepted(verdict(reply, "DATA"));
            reset();
        }
    }

    /// RFC 2920 §3.1 has the client send a lone dot to a server that wants content for nobody. That
    /// would be an empty message to whomever the server has in mind; the connection ends instead.
    private void refuseData(PeerReply reply) throws WireException {
        if (reply.code() == 354) {
            throw wire.fault("it wants the content, and has accepted no recipient");
        }
    }

    private void sendContent() throws WireException {
        if (wire.hasEarlyReply()) {
            throw wire.fault("it answered the content before it was sent");
        }
        wire.pause();
        DotStuffer stuffer =
                new DotStuffer(
                        (octets, offset, length) ->
                                wire.content(octets, offset, length, deadlines.dataBlock()),
                        connection.extensions().eightBit());
        try {
            mail.content().writeTo(stuffer);
            stuffer.finish();
        } catch (IOException e) {
            contentFailed(stuffer, e);
            return;
        }
        if (stuffer.longestLine() > DotStuffer.LINE_OCTETS_MAX) {
            LOG.info(
                    "{}: a line of {} octets was sent; RFC 5321 allows {}",
                    connection.hop().name(),
                    stuffer.longestLine(),
                    DotStuffer.LINE_OCTETS_MAX);
        }
        if (wire.hasEarlyReply()) {
            throw wire.fault("it answered the content before it was complete");
        }
        wire.step("a block of the content", deadlines.dataBlock());
        endSent = true;
        wire.flush();
        PeerReply reply = exchangeEnd();
        if (reply.isPositive()) {
            settleAccepted(
                    new DeliveryOutcome.Relayed(
                            reply.codes(""),
                            connection.hop().name(),
                            connection.tls(),
                            connection.extensions().dsn() ? Duty.NEXT_HOP : Duty.OURS));
        } else {
            settleAccepted(verdict(reply, "the end of the content"));
        }
    }

    private PeerReply exchangeEnd() throws WireException {
        wire.step("its answer to the content", deadlines.dataEnd());
        PeerReply reply = wire.reply();
        if (reply.code() == 421) {
            // An answer, and not a success: nothing was taken, nothing arrives twice.
            endSent = false;
            throw wire.fault("it closed the connection: " + reply.status());
        }
        return reply;
    }

    /// The content ends without its final dot, so the server must not take it (RFC 5321 §4.1.1.4);
    /// the connection can only be cut.
    private void contentFailed(DotStuffer stuffer, IOException failure) throws WireException {
        Reply refusal = stuffer.refusal();
        boolean wireFailed = wire.isBroken();
        String hop = connection.hop().name();
        wire.close();
        if (refusal != null) {
            settleAccepted(failed(refusal));
        } else if (wireFailed) {
            throw failure instanceof WireException broken
                    ? broken
                    : new WireException("the connection broke within the content", failure);
        } else {
            LOG.warn("{}: the content broke off: {}", hop, failure.getMessage());
            settleAccepted(
                    new DeliveryOutcome.Delayed(
                            "the content could not be read to its end: " + failure.getMessage(),
                            connection.tls()));
        }
    }

    /// RFC 5321 §4.1.1.5: the transaction is over on both sides.
    private void reset() throws WireException {
        if (!exchange(false, "RSET", "RSET").isPositive()) {
            throw wire.fault("it refused RSET");
        }
    }

    private String mailFrom() {
        String path = mail.reversePath() == null ? "" : mail.reversePath().toString();
        return "MAIL FROM:<" + path + ">" + connection.extensions().mailParameters(mail);
    }

    private String rcpt(Address recipient) {
        return "RCPT TO:<"
                + recipient
                + ">"
                + connection.extensions().rcptParameters(mail.options().reports(), recipient);
    }

    private DeliveryOutcome tooLarge(long octets) {
        return failed(
                new Reply(
                        552,
                        "5.3.4",
                        connection.hop().name()
                                + " takes at most "
                                + connection.extensions().sizeMax()
                                + " octets, and the message has "
                                + octets));
    }

    /// What a refusal means for those whom it concerns.
    private DeliveryOutcome verdict(PeerReply reply, String verb) throws WireException {
        if (reply.code() < 400) {
            throw wire.fault("it answered " + verb + " with " + reply.status());
        }
        // These speak of the dialogue and not of the message: that is a doubt, no verdict.
        boolean ofTheDialogue = reply.code() == OUT_OF_SEQUENCE || reply.code() == LOG_IN_FIRST;
        return reply.code() >= 500 && !ofTheDialogue
                ? failed(reply.codes("The recipient's mail server refused it"))
                : delayed(reply);
    }

    private DeliveryOutcome.Delayed delayed(PeerReply reply) {
        return new DeliveryOutcome.Delayed(
                connection.hop().name() + " said " + reply.status(), connection.tls());
    }

    private DeliveryOutcome.Failed failed(Reply reply) {
        return new DeliveryOutcome.Failed(reply, connection.tls());
    }

    private void settleAll(DeliveryOutcome outcome) {
        mail.recipients().forEach(recipient -> outcomes.put(recipient, outcome));
    }

    private void settleAccepted(DeliveryOutcome outcome) {
        accepted.forEach(recipient -> outcomes.put(recipient, outcome));
    }

    private void delayRest(String reason) {
        DeliveryOutcome delayed = new DeliveryOutcome.Delayed(reason, connection.tls());
        mail.recipients().forEach(recipient -> outcomes.putIfAbsent(recipient, delayed));
    }
}
