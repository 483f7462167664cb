package org.postern.auditor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postern.spool.RecipientState;

/// Follows every copy, every stored and every queued message back to what a client offered, and
/// judges what became of each recipient: I1, I2, I4 and I5.
final class Judgement {
    private static final Pattern ANSWERED = Pattern.compile("(?m)^In-Reply-To: <t-([0-9]{1,9})@");

    private final Evidence evidence;
    private final Contents contents;
    private final Verdicts verdicts;
    private final Map<Recipient, Fate> fates = new HashMap<>();
    private final Map<String, Set<Integer>> ownMail = new HashMap<>();
    private long duplicates;

    /// One recipient of one message of a client.
    record Recipient(int number, String address) {}

    Judgement(Evidence evidence, Contents contents, Verdicts verdicts) {
        this.evidence = evidence;
        this.contents = contents;
        this.verdicts = verdicts;
    }

    /// What became of a recipient.
    Fate fate(int number, String address) {
        return fates.computeIfAbsent(new Recipient(number, address), _ -> new Fate());
    }

    long duplicates() {
        return duplicates;
    }

    // -- what the witnesses saw --

    void sawCopy(Copy copy) {
        verdicts.examined(Invariant.I5, 1);
        int number = copy.number();
        if (number >= 0) {
            sawMail(copy, number);
        } else {
            sawOwnMail(copy);
        }
    }

    private void sawMail(Copy copy, int number) {
        String name = copy.sink() + " took " + number;
        Offer offer = evidence.offers().get(number);
        if (offer == null || offer.isRefused()) {
            String why = told(offer);
            verdicts.found(Invariant.I4, name + ", of which " + why);
            return;
        }
        if (!copy.reversePath().equals(Way.AUTHOR)) {
            verdicts.found(Invariant.I5, name + " from " + copy.reversePath());
        }
        Way way = Way.of(copy.recipients().getFirst());
        if (!way.isOpen() && copy.recipients().size() > 1) {
            verdicts.found(Invariant.I5, name + " for several readers in one copy");
        }
        String digest =
                way == Way.SMIME ? contents.encrypted(copy.text()) : contents.plain(copy.text());
        if (!digest.equals(offer.sha256())) {
            verdicts.found(Invariant.I5, name + " changed: " + digest);
        }
        for (String recipient : copy.recipients()) {
            if (!offer.recipients().contains(recipient)) {
                verdicts.found(Invariant.I5, name + " for " + recipient + ", a stranger");
            } else if (!sink(Way.of(recipient)).equals(copy.sink())) {
                verdicts.found(Invariant.I3, name + " for " + recipient + ", the wrong way");
            } else {
                relayed(copy, number, recipient);
            }
        }
    }

    private static String sink(Way way) {
        return switch (way) {
            case INTERNAL -> RunFolder.INTERNAL_SINK;
            case PUBLIC, SMIME -> RunFolder.SMART_HOST_SINK;
            case TLS -> RunFolder.TLS_SINK;
            case PICKUP, HELD, FAILED, REFUSED -> "none";
        };
    }

    /// RFC 5321 §4.5.3.2.6: a copy may come again if the gateway was killed before it had written
    /// down that the first was taken. Then it is the same.
    private void relayed(Copy copy, int number, String recipient) {
        Fate fate = fate(number, recipient);
        String name = number + " for " + recipient;
        int hash = Way.of(recipient) == Way.SMIME ? 0 : copy.text().hashCode();
        if (fate.copies > 0) {
            duplicates++;
            if (hash != fate.firstCopy) {
                verdicts.found(Invariant.I2, name + " came again, and not the same");
            }
        }
        if (!fate.relayedIn.add(copy.life())) {
            verdicts.found(Invariant.I2, name + " came twice in life " + copy.life());
        }
        fate.firstCopy = hash;
        fate.copies++;
        fate.queueIds.add(copy.queueId());
    }

    private void sawOwnMail(Copy copy) {
        String name = copy.sink() + " took mail of the gateway for " + copy.recipients();
        if (!ownMail.computeIfAbsent(copy.messageId(), _ -> new HashSet<>()).add(copy.life())) {
            verdicts.found(Invariant.I2, name + " twice in life " + copy.life());
        }
        if (copy.isReport()) {
            int known = evidence.numberOf(copy.reportedQueueId());
            int number = known >= 0 ? known : copy.reportedNumber();
            for (String recipient : copy.reportedRecipients()) {
                Fate fate = fate(number, recipient);
                fate.reports.add(copy.messageId());
                fate.queueIds.add(copy.reportedQueueId());
            }
            if (!copy.recipients().equals(List.of(Way.AUTHOR)) || !copy.reversePath().isEmpty()) {
                verdicts.found(Invariant.I5, name + ", a report");
            }
            return;
        }
        if (copy.recipients().equals(List.of(Way.AUTHOR)) && isAboutHeld(copy)) {
            return;
        }
        String patient = copy.recipients().getFirst();
        if (Way.of(patient) != Way.PICKUP || copy.recipients().size() != 1) {
            verdicts.found(Invariant.I5, name + ", a notice");
        } else {
            fate(numberOf(patient), patient).notices.add(copy.messageId());
        }
    }

    /// Whether it answers a message of which a rule holds something: its author is told.
    private boolean isAboutHeld(Copy copy) {
        Matcher answered = ANSWERED.matcher(copy.text());
        if (!answered.find()) {
            return false;
        }
        Offer offer = evidence.offers().get(Integer.parseInt(answered.group(1)));
        return offer != null && offer.recipients().stream().anyMatch(it -> Way.of(it) == Way.HELD);
    }

    private static String told(@Nullable Offer offer) {
        return offer == null ? "no client ended it" : "a client was told: " + offer.reply();
    }

    private static int numberOf(String patient) {
        return Integer.parseInt(patient.replaceAll("\\D", ""));
    }

    void sawKept(String patient, List<Stores.Kept> all) {
        Fate fate = fate(numberOf(patient), patient);
        for (Stores.Kept kept : all) {
            verdicts.examined(Invariant.I5, 1);
            fate.kept++;
            fate.queueIds.add(kept.message().message().queueId().value());
            Offer offer = evidence.offers().get(numberOf(patient));
            String digest = contents.plain(kept.text());
            if (offer == null || offer.isRefused()) {
                String what = patient + " finds what nobody was told is kept; ";
                verdicts.found(Invariant.I4, what + told(offer));
            } else if (!digest.equals(offer.sha256())) {
                verdicts.found(Invariant.I5, patient + " finds it changed: " + digest);
            }
        }
    }

    void sawQueued(Stores.Queued queued) {
        queued.message()
                .states()
                .forEach((recipient, state) -> {
                    Fate fate = fate(queued.number(), recipient.toString());
                    switch (state) {
                        case RecipientState.Held _ -> {
                            fate.held++;
                            fate.queueIds.add(queued.message().id().value());
                        }
                        case RecipientState.Waiting _ -> {
                            fate.waiting++;
                            verdicts.found(
                                    Invariant.I7,
                                    queued.number() + " for " + recipient + " still waits");
                        }
                        case RecipientState.Done _ -> {}
                    }
                });
    }

    // -- what has to follow --

    void judge() throws IOException {
        for (Offer offer : evidence.offers().values()) {
            boolean any =
                    offer.recipients().stream()
                            .anyMatch(each -> !fate(offer.number(), each).isEmpty());
            if (offer.isAcknowledged() || any) {
                for (String recipient : offer.recipients()) {
                    judge(offer, recipient);
                }
            }
        }
        for (int number : evidence.abandoned()) {
            verdicts.examined(Invariant.I4, 1);
            if (!fate(number, "patient-" + number + "@homemail.example").isEmpty()) {
                verdicts.found(Invariant.I4, number + " was broken off and is kept");
            }
        }
    }

    private void judge(Offer offer, String recipient) {
        Fate fate = fate(offer.number(), recipient);
        String name = offer.number() + " for " + recipient;
        String wanted = Fate.wanted(Way.of(recipient));
        verdicts.examined(Invariant.I1, 1);
        if (wanted.isEmpty()) {
            verdicts.found(Invariant.I4, name + " was to be refused: " + offer.reply());
        } else if (!fate.classes().equals(Set.of(wanted))) {
            List<String> how = new ArrayList<>(fate.classes());
            String what = how.isEmpty() ? "is lost" : "is " + String.join(" and ", how);
            verdicts.found(Invariant.I1, name + " " + what + ", not " + wanted);
        }
        verdicts.examined(Invariant.I2, 1);
        if (fate.kept > 1 || fate.held > 1 || fate.reports.size() > 1) {
            verdicts.found(
                    Invariant.I2,
                    name
                            + " is kept %d times, held %d times, reported %d times"
                                    .formatted(fate.kept, fate.held, fate.reports.size()));
        }
        if (Way.of(recipient) == Way.PICKUP && fate.notices.size() != 1) {
            Invariant against = fate.notices.isEmpty() ? Invariant.I1 : Invariant.I2;
            verdicts.found(against, name + " has %d notices".formatted(fate.notices.size()));
        }
        verdicts.examined(Invariant.I4, 1);
        String told = offer.queueId();
        if (fate.queueIds.size() > 1 || (!told.isEmpty() && !fate.queueIds.contains(told))) {
            verdicts.found(
                    offer.isAcknowledged() ? Invariant.I2 : Invariant.I4,
                    name + " went under the queue ids " + fate.queueIds + ", told " + told);
        }
    }
}
