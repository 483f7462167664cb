package org.postern.transit;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.DeliveryOutcome.Duty;
import org.postern.mail.DeliveryOutcome.Relayed;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.mail.Options;
import org.postern.mail.Options.Notify;
import org.postern.mail.Options.Ret;
import org.postern.mail.Reply;
import org.postern.notice.DeliveryReport;
import org.postern.notice.DeliveryReport.Action;
import org.postern.notice.DeliveryReport.Line;
import org.postern.notice.DeliveryReport.Returned;
import org.postern.notice.ReportComposer;
import org.postern.policy.Decision;
import org.postern.policy.Decision.Deliver;
import org.postern.spool.QueuedMessage;
import org.postern.spool.Spool;

/// Tells the return handler what became of its recipients, as far as it asked to know: RFC 3461
/// §5.2 and §6, RFC 3464. Each report is on disk when a method returns, and is to be released.
///
/// A message without a return handler tells nobody, and a report has none; nor does one that only
/// passed through the clinic, whose return handler may be anybody. If such a one fails, the
/// postmaster of the clinic hears of it, where one is configured.
public final class Reports {
    /// A longer original is not sent back whole, though it was asked for.
    private static final long RETURNED_OCTETS_MAX = 256 * 1024;

    private static final Reply DELIVERED = new Reply(250, "2.1.5", "");

    private final Spool spool;
    private final OwnMail ownMail;
    private final ReportComposer composer;
    private final Set<Domain> internal;
    private final @Nullable Address postmaster;
    private final NoticeReturns returns;

    /// Those who wait for notices that come back.
    public interface NoticeReturns {
        /// Where there are no notices.
        NoticeReturns NONE =
                new NoticeReturns() {
                    @Override
                    public Optional<Address> author(Address returnHandler) {
                        return Optional.of(returnHandler);
                    }

                    @Override
                    public Optional<QueuedMessage> undeliverable(
                            Address returnHandler, Reply reply) {
                        return Optional.empty();
                    }

                    @Override
                    public boolean knows(Address returnHandler) {
                        return false;
                    }
                };

        /// Whom a report goes to that names this return handler: the author of the message, if it
        /// is one of our own return addresses, else itself. Empty if nobody is to be written to.
        Optional<Address> author(Address returnHandler) throws IOException;

        /// Takes note that mail of ours to a patient cannot be delivered.
        ///
        /// @return the letter that tells it, to be released; empty if it was told before
        Optional<QueuedMessage> undeliverable(Address returnHandler, Reply reply)
                throws IOException;

        /// Whether a return handler is one of our own return addresses.
        boolean knows(Address returnHandler);
    }

    /// @param internal the clinic's own domains
    /// @param postmaster null for nobody
    public Reports(
            Spool spool,
            OwnMail ownMail,
            ReportComposer composer,
            Set<Domain> internal,
            @Nullable Address postmaster,
            NoticeReturns returns) {
        this.spool = spool;
        this.ownMail = ownMail;
        this.composer = composer;
        this.internal = Set.copyOf(internal);
        this.postmaster = postmaster;
        this.returns = returns;
    }

    /// A recipient for whom delivery is delayed.
    ///
    /// @param until when it will be given up
    record Delay(Address recipient, String reason, Instant until) {}

    /// Whether somebody is there who would hear of a failure, or nobody needs to. If not, a message
    /// that cannot be delivered is held: it must not vanish.
    boolean canTell(QueuedMessage message) {
        Envelope envelope = message.envelope();
        return isAnswerable(envelope)
                || isWorthless(envelope)
                || (postmaster != null
                        && !OwnMail.isOfKind(OwnMail.POSTMASTER, envelope.arrival()));
    }

    /// Whether a message may come back because nobody decided about it in time. A patient was told
    /// that her answer is sent.
    public boolean mayReturn(QueuedMessage message) {
        return message.envelope().arrival().listener() != Listener.PICKUP && canTell(message);
    }

    /// A return handler is believed to be ours only in mail that is.
    private static boolean isOwn(QueuedMessage message) {
        return message.envelope().arrival().listener() == Listener.GATEWAY;
    }

    /// A code is worth nothing after some minutes, and its reader asks for another, as whoever
    /// wants to write first does for a link; an automatic answer is a courtesy.
    private static boolean isWorthless(Envelope envelope) {
        return OwnMail.isOfKind(OwnMail.CODE, envelope.arrival())
                || OwnMail.isOfKind(OwnMail.START, envelope.arrival())
                || OwnMail.isOfKind(OwnMail.ANSWER, envelope.arrival());
    }

    /// Reports recipients that are given up.
    Optional<QueuedMessage> failed(QueuedMessage message, Map<Address, Reply> failures)
            throws IOException {
        Address handler = message.envelope().reversePath();
        if (handler != null && isOwn(message) && returns.knows(handler)) {
            return returns.undeliverable(handler, failures.values().iterator().next());
        }
        List<Line> lines = new ArrayList<>();
        boolean doubly = !isAnswerable(message.envelope());
        failures.forEach((recipient, reply) -> {
            if (doubly || wants(message, recipient, Notify.FAILURE)) {
                lines.add(
                        line(message, recipient, Action.FAILED, reply)
                                .saying(returned(message, recipient)));
            }
        });
        return doubly ? tellPostmaster(message, lines) : tell(message, OwnMail.REPORT, lines);
    }

    /// Reports recipients that wait long.
    Optional<QueuedMessage> delayed(QueuedMessage message, List<Delay> delays) throws IOException {
        List<Line> lines = new ArrayList<>();
        for (Delay delay : delays) {
            if (wants(message, delay.recipient(), Notify.DELAY)) {
                lines.add(
                        new Line(
                                delay.recipient(),
                                Action.DELAYED,
                                new Reply(451, "4.4.0", delay.reason()),
                                "",
                                originalRecipient(message, delay.recipient()),
                                Optional.of(delay.until())));
            }
        }
        return tell(message, OwnMail.DELAY, lines);
    }

    /// Reports recipients that got the message, where that was asked for. A next hop that took the
    /// duty over reports by itself (RFC 3461 §5.2.2).
    Optional<QueuedMessage> succeeded(QueuedMessage message, Map<Address, DeliveryOutcome> outcomes)
            throws IOException {
        List<Line> lines = new ArrayList<>();
        outcomes.forEach((recipient, outcome) -> {
            boolean ours = !(outcome instanceof Relayed relayed) || relayed.reports() == Duty.OURS;
            if (ours && wants(message, recipient, Notify.SUCCESS)) {
                lines.add(
                        outcome instanceof Relayed relayed
                                ? new Line(
                                        recipient,
                                        Action.RELAYED,
                                        relayed.reply(),
                                        relayed.hop(),
                                        originalRecipient(message, recipient),
                                        Optional.empty())
                                : line(message, recipient, Action.DELIVERED, DELIVERED));
            }
        });
        return tell(message, OwnMail.SUCCESS, lines);
    }

    /// Whether a report may go to the return handler.
    private boolean isAnswerable(Envelope envelope) {
        return ownMail.originator(envelope).isPresent();
    }

    /// A patient hears nothing of our mail servers: her answer waits or is held here, and that is
    /// for the clinic to mend. Of a copy nobody knows who did not ask for it.
    private boolean wants(QueuedMessage message, Address recipient, Notify report) {
        Envelope envelope = message.envelope();
        return isAnswerable(envelope)
                && !message.ruling().isCopy(recipient)
                && envelope.arrival().listener() != Listener.PICKUP
                && envelope.options().reports().of(recipient).wants(report);
    }

    /// What a report says to people of held mail that somebody gives back.
    private static Optional<String> returned(QueuedMessage message, Address recipient) {
        return message.decision(recipient) instanceof Decision.Return(String why)
                ? Optional.of("It was held, and was not let go: " + why)
                : Optional.empty();
    }

    /// The outcome of held mail that somebody gives back. The reply stands in logs, and does not
    /// say why: that may name a patient.
    static DeliveryOutcome.Failed returned() {
        return new DeliveryOutcome.Failed(
                new Reply(550, "5.7.1", "Held by the clinic, and not let go"));
    }

    private static Line line(QueuedMessage message, Address recipient, Action action, Reply reply) {
        return new Line(
                recipient,
                action,
                reply,
                "",
                originalRecipient(message, recipient),
                Optional.empty());
    }

    private static Optional<String> originalRecipient(QueuedMessage message, Address recipient) {
        Options.Reports asked = message.envelope().options().reports();
        return Optional.ofNullable(asked.of(recipient).orcpt());
    }

    private Optional<QueuedMessage> tell(QueuedMessage message, String kind, List<Line> lines)
            throws IOException {
        Address returnTo = message.envelope().reversePath();
        if (returnTo == null || lines.isEmpty()) {
            return Optional.empty();
        }
        Optional<Address> to = isOwn(message) ? returns.author(returnTo) : Optional.of(returnTo);
        if (to.isEmpty()) {
            return Optional.empty();
        }
        DeliveryReport report = report(message, to.get(), lines);
        return ownMail.commitOnce(letter(message, kind, report).with(composer.compose(report)));
    }

    private Optional<QueuedMessage> tellPostmaster(QueuedMessage message, List<Line> lines)
            throws IOException {
        if (postmaster == null || isWorthless(message.envelope())) {
            return Optional.empty();
        }
        DeliveryReport report = report(message, postmaster, lines);
        return ownMail.commitOnce(
                letter(message, OwnMail.POSTMASTER, report)
                        .with(composer.composeForPostmaster(report)));
    }

    private static OwnMail.Addressed letter(
            QueuedMessage message, String kind, DeliveryReport report) {
        List<Address> about = report.recipients().stream().map(Line::recipient).toList();
        return new OwnMail.Addressed(kind, message.id(), about, report.to());
    }

    private DeliveryReport report(QueuedMessage message, Address to, List<Line> lines)
            throws IOException {
        return new DeliveryReport(
                to,
                message.id(),
                Optional.ofNullable(message.envelope().options().reports().envid()),
                message.arrived(),
                lines,
                spool.content(message.id()),
                returned(message, to, lines));
    }

    /// RET is followed only where the message itself went without protection, and the report goes
    /// no less protected a way than it did. All else is headers without a subject; so is what was
    /// to go by proved TLS alone, because a report goes without that demand (RFC 8689 §5).
    private Returned returned(QueuedMessage message, Address to, List<Line> lines) {
        Options options = message.envelope().options();
        Ret asked = options.reports().ret();
        boolean open =
                lines.stream()
                        .allMatch(line ->
                                message.ruling().of(line.recipient()).decision()
                                                instanceof Deliver(Decision.Route route, _)
                                        && (route == Decision.Route.UNPROTECTED
                                                || internal.contains(to.domain())));
        if (asked == null
                || !open
                || options.requireTls()
                || !to.equals(message.envelope().reversePath())) {
            return Returned.REDACTED;
        }
        boolean failed = lines.stream().anyMatch(line -> line.action() == Action.FAILED);
        // RFC 3461 §4.3: RET speaks of failures alone. A report is a message of 7 bits.
        return asked == Ret.FULL
                        && failed
                        && message.size() <= RETURNED_OCTETS_MAX
                        && !options.eightBit()
                        && !options.smtpUtf8()
                ? Returned.FULL
                : Returned.HEADERS;
    }
}
