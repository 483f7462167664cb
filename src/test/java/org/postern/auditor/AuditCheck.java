package org.postern.auditor;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditVerifier;
import org.postern.auditor.Trail.Entry;
import org.postern.store.FileDisk;

/// Compares the gateway's audit with what the witnesses saw: I6, and the part of I8 that is
/// audited.
final class AuditCheck {
    private static final Set<String> TERMINAL = Set.of("relayed", "delivered", "held", "failed");

    private final Evidence evidence;
    private final Judgement judgement;
    private final Verdicts verdicts;
    private final Trail trail;

    AuditCheck(Evidence evidence, Judgement judgement, Verdicts verdicts) throws IOException {
        this.evidence = evidence;
        this.judgement = judgement;
        this.verdicts = verdicts;
        this.trail = Trail.read(folder(evidence));
    }

    private static AuditFolder folder(Evidence evidence) {
        return new AuditFolder(new FileDisk(), evidence.folder().data().resolve("audit"));
    }

    Trail trail() {
        return trail;
    }

    void check(Stores stores) throws IOException {
        switch (new AuditVerifier(folder(evidence), stores.vault()).verify()) {
            case AuditVerifier.Verdict.Intact(long count, _) ->
                    verdicts.figure("audit: %d entries, the chain is whole".formatted(count));
            case AuditVerifier.Verdict.Broken(String file, long line, String why) ->
                    verdicts.found(Invariant.I6, "%s:%d: %s".formatted(file, line, why));
        }
        for (Offer offer : evidence.offers().values()) {
            Set<String> ids = new HashSet<>();
            offer.recipients()
                    .forEach(each -> ids.addAll(judgement.fate(offer.number(), each).queueIds));
            if (offer.isAcknowledged()) {
                ids.add(offer.queueId());
            }
            ids.forEach(id -> check(offer, id));
        }
    }

    private void check(Offer offer, String id) {
        List<Entry> entries = trail.of(id);
        verdicts.examined(Invariant.I6, 1);
        long accepted = count(entries, "accepted");
        if (accepted != 1 || count(entries, "withdrawn") != 0) {
            verdicts.found(
                    Invariant.I6,
                    "%d (%s) was accepted %d times".formatted(offer.number(), id, accepted));
        }
        for (String recipient : offer.recipients()) {
            Way way = Way.of(recipient);
            List<String> outcomes =
                    entries.stream()
                            .filter(each -> each.what().equals("attempted"))
                            .filter(each -> each.recipient().equals(recipient))
                            .map(Entry::detail)
                            .filter(TERMINAL::contains)
                            .toList();
            if (!outcomes.equals(List.of(Fate.wanted(way)))) {
                verdicts.found(
                        Invariant.I6,
                        "%d (%s) for %s has the outcomes %s"
                                .formatted(offer.number(), id, recipient, outcomes));
            }
            if (way == Way.PICKUP) {
                checkLetter(offer, "notice", entries);
            } else if (way == Way.FAILED) {
                checkLetter(offer, "report", entries);
            }
        }
    }

    /// A letter is announced before it is committed, so that a kill between leaves an announcement
    /// without a letter; never two in one life.
    private void checkLetter(Offer offer, String kind, List<Entry> entries) {
        List<Integer> lives =
                entries.stream()
                        .filter(each -> each.what().equals("derived"))
                        .filter(each -> each.detail().equals(kind))
                        .map(Entry::life)
                        .toList();
        if (lives.isEmpty() || new HashSet<>(lives).size() != lives.size()) {
            verdicts.found(
                    Invariant.I6,
                    "%d has a %s announced in the lives %s".formatted(offer.number(), kind, lives));
        }
    }

    private static long count(List<Entry> entries, String what) {
        return entries.stream().filter(each -> each.what().equals(what)).count();
    }
}
