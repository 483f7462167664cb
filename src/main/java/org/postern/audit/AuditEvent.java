package org.postern.audit;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.DeliveryOutcome;
import org.postern.mail.QueueId;
import org.postern.mail.Reply;
import org.postern.policy.Kept;
import org.postern.policy.Ruling;

/// One thing that happened. Events hold identifiers, addresses and reasons; no subject, no content,
/// no file name, no token.
public sealed interface AuditEvent {
    /// A message is about to be answered 250, with what the policy ruled for each recipient.
    ///
    /// @param sha256 of the content as received, in hexadecimal
    /// @param kept what rules saw of it, without content; empty for mail that no rule was asked
    ///   about
    record Accepted(
            QueueId id,
            Arrival arrival,
            @Nullable Address reversePath,
            long size,
            String sha256,
            Ruling ruling,
            Optional<Kept> kept)
            implements AuditEvent {}

    /// A message or a recipient was refused in the session.
    record Refused(
            Arrival arrival, @Nullable Address reversePath, List<Address> recipients, Reply reply)
            implements AuditEvent {
        public Refused {
            recipients = List.copyOf(recipients);
        }
    }

    /// Further refusals in sessions, which were too many for an entry each.
    ///
    /// @param first how the first of them came in
    /// @param since when
    /// @param count refusals
    /// @param sources networks they came from: one, or those that are not told apart
    /// @param replies how often each was given; `others` beyond the first few
    record Refusals(
            Arrival first,
            Instant since,
            long count,
            int sources,
            Map<String, Long> replies,
            Named named)
            implements AuditEvent {
        public Refusals {
            replies = Collections.unmodifiableMap(new LinkedHashMap<>(replies));
        }

        /// The first whom they named.
        ///
        /// @param others how often somebody else was
        public record Named(List<Address> reversePaths, List<Address> recipients, long others) {
            public Named {
                reversePaths = List.copyOf(reversePaths);
                recipients = List.copyOf(recipients);
            }
        }
    }

    /// An attempt for one recipient ended.
    ///
    /// @param way what was done: `smime`, `tls`, `pickup`, `internal`, `unprotected`, `none`;
    ///   `unknown` where a stop came between the outcome and its entry
    /// @param why why earlier protections of the list were not possible; empty if none was tried
    record Attempted(QueueId id, Address recipient, String way, DeliveryOutcome outcome, String why)
            implements AuditEvent {}

    /// What `Accepted` announced did not happen: the message could not be made durable, and the
    /// client was told so.
    record Withdrawn(QueueId id, Reply reply) implements AuditEvent {}

    /// A message of our own making was queued for a reason that lies in another message.
    ///
    /// @param kind `notice`, `reminder-1`, `receipt`, `code`, `report` and the like
    record Derived(QueueId id, QueueId cause, String kind) implements AuditEvent {}

    /// A patient passed or failed the check, or read a message.
    ///
    /// @param act `opened`, `wrong-answer`, `paused`, `code-sent`, `replied`, `attachment`
    /// @param device such as `iPhone, Safari`; never the whole User-Agent
    record Pickup(QueueId id, Address reader, String act, String check, String peer, String device)
            implements AuditEvent {}

    /// Something was done about a message that waits in the secure mailbox, or about mail that
    /// belongs to it.
    ///
    /// @param act `recalled`, `extended`, `extend-failed` behind one for which no link was left,
    ///   `reminded`, `links-paused`, `links-resumed`, `command-refused`, `mail-answer`,
    ///   `automatic-mail`, `texted`, `text-failed`
    /// @param by an address, an operator, or the part of the gateway
    record Followed(QueueId id, Address patient, String act, String by) implements AuditEvent {}

    /// A clinician is about to read a message of the secure mailbox in a mail program: octets of
    /// its body go out. Once for each message and session; lists, header fields and searches are
    /// none.
    record Fetched(QueueId id, Address reader) implements AuditEvent {}

    /// A person did something with a queued message, or wanted something of one in her folders that
    /// was not done.
    ///
    /// @param act `retry`, `hold`, `release`, `release-refused`, `delete`; `recall-refused`,
    ///   `remind-refused`, `extend-refused`
    /// @param operator the user of this machine who did it, or the address that somebody logged in
    ///   as
    record Operated(QueueId id, String act, String operator, String detail) implements AuditEvent {}

    /// How somebody wants to be written to is about to go on record.
    ///
    /// @param act `ordinary-mail` or `withdrawn`
    /// @param by `page` for herself, or `operator` and the user of this machine
    /// @param source how the clinic knows, in its own words
    record Chose(Address patient, String act, String by, String source) implements AuditEvent {}

    /// Something about the gateway itself: started, stopped, policy loaded or refused, entry set
    /// aside.
    record Housekeeping(String act, String detail) implements AuditEvent {}
}
