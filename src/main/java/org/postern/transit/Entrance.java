package org.postern.transit;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.postern.audit.AuditEvent;
import org.postern.facts.Facts;
import org.postern.facts.Groups.Trouble;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Envelope;
import org.postern.mail.Reply;
import org.postern.policy.Policy;
import org.postern.reach.Inquiry;
import org.postern.reach.ReachAsking;
import org.postern.scan.Scanner;
import org.postern.transit.Inspection.Inspected;

/// What a message passes before it is taken.
///
/// @param others who is asked what a message does not say itself
/// @param scanner empty where no virus scanner is configured
public record Entrance(
        Inspection inspection,
        Supplier<Policy> policy,
        Inquiry others,
        Optional<Scanner> scanner,
        Refusals refusals) {
    /// Is told what was refused before any rule was asked.
    @FunctionalInterface
    public interface Refusals {
        /// @throws IOException if it cannot be audited; the message is put off then
        void refused(AuditEvent.Refused refused) throws IOException;
    }

    /// RFC 3463 §3.5, X.4.3. Nothing was taken, so whoever sends it keeps it and tries again: no
    /// person has to release what only came in a bad minute.
    private static final Reply NO_DIRECTORY =
            new Reply(
                    451,
                    "4.4.3",
                    "The clinic's directory does not answer, and the rules need it; try again"
                            + " later");

    private static final Reply NO_WAY_KNOWN =
            new Reply(
                    451,
                    "4.4.3",
                    "Whether the mail can be protected for its recipients is not known now, and the"
                            + " rules need it; try again later");

    /// All that these rules have to know. A directory that is silent puts a message off, if
    /// something hangs on it; one that answers and cannot say it leaves the fact open, and the rule
    /// holds. What is not known of ways to recipients may be known a minute later.
    Inspected look(Envelope envelope, Content content, Policy rules) throws IOException {
        return switch (inspection.by(rules).inspect(envelope, content)) {
            case Inspection.Unacceptable refused -> refused;
            case Inspection.Acceptable found -> {
                Facts facts = others.in(rules, found.facts());
                yield putOff(found.with(facts), rules, others.reach())
                        .<Inspected>map(Inspection.Unacceptable::new)
                        .orElseGet(() -> found.with(facts));
            }
        };
    }

    Reply refuse(Envelope envelope, Reply reply) throws IOException {
        refusals.refused(
                new AuditEvent.Refused(
                        envelope.arrival(), envelope.reversePath(), envelope.recipients(), reply));
        return reply;
    }

    /// What puts it off, unless it was for so long that it is better taken: one recipient of whom
    /// nothing can be known would keep the mail of all until the sender gives up, since after DATA
    /// there is one reply for all of them.
    static Optional<Reply> putOff(Inspection.Acceptable found, Policy rules, ReachAsking reach) {
        return silence(found.facts(), rules)
                .filter(reply -> !reply.equals(NO_WAY_KNOWN) || !wasPutOffEnough(found, reach));
    }

    private static boolean wasPutOffEnough(Inspection.Acceptable found, ReachAsking reach) {
        Envelope envelope = found.envelope();
        String recipients =
                envelope.recipients().stream()
                        .map(Address::key)
                        .sorted()
                        .collect(Collectors.joining(" "));
        return reach.wasPutOffEnough(
                found.sha256() + " " + envelope.reversePath() + " " + recipients);
    }

    /// Whom a decision hangs on, who may say it a minute later. Where it hangs on something else
    /// that is not known, such as what a patient chose, the rule holds with its own reason.
    static Optional<Reply> silence(Facts facts, Policy rules) {
        boolean silent = facts.groups().trouble().filter(Trouble::isSilent).isPresent();
        if (silent && rules.hangsOnOthers(facts.with(facts.reach().known()))) {
            return Optional.of(NO_DIRECTORY);
        }
        return facts.reach()
                .trouble()
                .filter(_ -> rules.hangsOnOthers(facts.with(facts.groups().known())))
                .map(_ -> NO_WAY_KNOWN);
    }
}
