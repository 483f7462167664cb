package org.postern.auditor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.postern.cli.Console;
import org.postern.pki.Pem;

/// The program: reads what a run left and says, a line each, whether I1–I8 held. Its exit code is 0
/// if all did.
public final class Auditor {
    /// R10.
    private static final long READY_MILLIS_MAX = 30_000;

    private Auditor() {}

    /// @param words the folder of the run
    public static void main(String... words) throws IOException {
        Console console = Console.system();
        Verdicts verdicts = audit(new RunFolder(Path.of(words[0])));
        verdicts.lines().forEach(console::line);
        long passed = Invariant.values().length - verdicts.failed();
        console.line("auditor: %d passed, %d failed".formatted(passed, verdicts.failed()));
        System.exit(verdicts.failed() == 0 ? 0 : 1);
    }

    /// Audits a run whose gateway has stopped.
    public static Verdicts audit(RunFolder folder) throws IOException {
        Verdicts verdicts = new Verdicts();
        Evidence evidence = Evidence.read(folder);
        Canaries canaries = new Canaries(Files.readString(folder.canary()).strip());
        Contents contents = new Contents(Pem.privateKey(folder.partnerKey()));
        Judgement judgement = new Judgement(evidence, contents, verdicts);
        clear(folder, canaries, verdicts);
        evidence.copies(judgement::sawCopy);
        Stores stores = new Stores(folder);
        for (Stores.Queued queued : stores.queue()) {
            judgement.sawQueued(queued);
        }
        mailbox(evidence, stores, judgement, verdicts);
        judgement.judge();
        AuditCheck audit = new AuditCheck(evidence, judgement, verdicts);
        audit.check(stores);
        recovery(folder, verdicts);
        corrupt(evidence, audit.trail(), verdicts);
        long acknowledged =
                evidence.offers().values().stream().filter(Offer::isAcknowledged).count();
        verdicts.figure(
                "messages: %d offered, %d acknowledged, %d copies came again across a kill"
                        .formatted(evidence.offers().size(), acknowledged, judgement.duplicates()));
        return verdicts;
    }

    private static void mailbox(
            Evidence evidence, Stores stores, Judgement judgement, Verdicts verdicts)
            throws IOException {
        Set<String> patients = new TreeSet<>();
        for (Offer offer : evidence.offers().values()) {
            offer.recipients().stream()
                    .filter(each -> Way.of(each) == Way.PICKUP)
                    .forEach(patients::add);
        }
        long[] seen = {0};
        long bodies =
                stores.mailbox(
                        List.copyOf(patients),
                        (patient, kept) -> {
                            seen[0] += kept.size();
                            judgement.sawKept(patient, kept);
                        });
        if (bodies != seen[0]) {
            verdicts.found(
                    Invariant.I4,
                    "the mailbox has %d bodies, and patients find %d".formatted(bodies, seen[0]));
        }
    }

    private static void clear(RunFolder folder, Canaries canaries, Verdicts verdicts)
            throws IOException {
        List<Path> places = new ArrayList<>(List.of(folder.log(), folder.wire(RunFolder.TAP)));
        for (String sink : Evidence.SINKS) {
            places.add(folder.wire(sink));
        }
        try (Stream<Path> files = Files.walk(folder.clinic())) {
            files.filter(Files::isRegularFile).forEach(places::add);
        }
        for (Path place : places) {
            verdicts.examined(Invariant.I3, 1);
            if (!Files.exists(place)) {
                verdicts.found(Invariant.I3, place + " is not there to be looked at");
            } else if (canaries.isIn(place)) {
                verdicts.found(Invariant.I3, "a canary lies open in " + place);
            }
        }
        // The eyes themselves: behind TLS the sink has the canaries in clear.
        Path inside = folder.contents(RunFolder.TLS_SINK);
        if (Files.exists(inside) && Files.size(inside) > 0 && !canaries.isIn(inside)) {
            verdicts.found(Invariant.I3, "no canary was seen where there are some: " + inside);
        }
    }

    private static void recovery(RunFolder folder, Verdicts verdicts) throws IOException {
        for (List<String> row : Rows.read(folder.lives())) {
            if (row.get(1).equals("ready")) {
                verdicts.examined(Invariant.I7, 1);
                if (Long.parseLong(row.get(2)) > READY_MILLIS_MAX) {
                    verdicts.found(
                            Invariant.I7, "life " + row.get(0) + " ready after ms " + row.get(2));
                }
            }
        }
    }

    private static void corrupt(Evidence evidence, Trail trail, Verdicts verdicts)
            throws IOException {
        Path folder = evidence.folder().data().resolve("spool").resolve("corrupt");
        List<String> apart = new ArrayList<>();
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.forEach(file -> apart.add(String.valueOf(file.getFileName())));
            }
        }
        verdicts.examined(Invariant.I8, evidence.planted().size());
        for (String planted : evidence.planted()) {
            if (!apart.remove(planted)) {
                verdicts.found(Invariant.I8, planted + " was damaged and does not lie apart");
            }
            if (!trail.unreadable().contains(planted)) {
                verdicts.found(Invariant.I8, planted + " was damaged and is not audited");
            }
        }
        apart.forEach(each -> verdicts.found(Invariant.I8, each + " was set aside, and was whole"));
    }
}
