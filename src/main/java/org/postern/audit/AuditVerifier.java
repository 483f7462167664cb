package org.postern.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.vault.Vault;

/// Reads the whole log and says whether it is as it was written. It may run while a gateway writes.
///
/// A changed octet, a missing, exchanged or added entry or segment shows by the chain. A missing
/// end shows by the file `head`; if that was put back as well, only by an anchor from elsewhere.
/// Whoever holds the keystore can write a new log: against that, too, only an anchor from elsewhere
/// helps.
public final class AuditVerifier {
    private final AuditFolder folder;
    private final AuditHead head;
    private final SegmentCheck check;

    public AuditVerifier(AuditFolder folder, Vault vault) {
        this.folder = folder;
        AuditChain chain = new AuditChain(vault);
        this.head = new AuditHead(folder, chain);
        this.check = new SegmentCheck(folder.disk(), chain);
    }

    /// What the log is.
    public sealed interface Verdict {
        /// @param count entries
        /// @param head the last one: to be written down elsewhere
        record Intact(long count, Anchor head) implements Verdict {}

        /// @param file where the fault lies
        /// @param line counted from 1; 0 if it is no matter of a line
        record Broken(String file, long line, String why) implements Verdict {}
    }

    /// Verifies the log by itself.
    ///
    /// @throws IOException if it cannot be read
    public Verdict verify() throws IOException {
        return verify(null);
    }

    /// Verifies the log, and that it still holds an entry known from earlier.
    public Verdict verify(@Nullable Anchor known) throws IOException {
        // Read first: the log may grow meanwhile, and must not seem shorter than its head.
        Optional<Anchor> noted = head.read();
        Set<Anchor> missed = new HashSet<>();
        noted.ifPresent(missed::add);
        if (known != null) {
            missed.add(known);
        }
        missed.remove(Anchor.BEGINNING);
        Anchor at = Anchor.BEGINNING;
        List<Path> segments = folder.segments();
        for (int i = 0; i < segments.size(); i++) {
            Path segment = segments.get(i);
            String name = AuditFolder.name(segment);
            if (AuditFolder.number(segment) != i + 1) {
                String missing = AuditFolder.name(folder.segment(i + 1));
                return new Verdict.Broken(missing, 0, "this segment is missing");
            }
            boolean last = i == segments.size() - 1;
            switch (check.walk(segment, at, (anchor, _, _) -> missed.remove(anchor))) {
                case SegmentCheck.Walk.Wrong(_, _, long line, String why) -> {
                    return new Verdict.Broken(name, line, why);
                }
                case SegmentCheck.Walk.Torn(_, _, long line) when !last -> {
                    return new Verdict.Broken(name, line, "this line does not end");
                }
                case SegmentCheck.Walk.Torn(Anchor end, _, _) -> at = end;
                case SegmentCheck.Walk.Whole(Anchor end) -> at = end;
            }
        }
        if (noted.isEmpty() && at.seq() > 0) {
            return new Verdict.Broken("head", 0, "it is missing, or not ours");
        }
        return missed.isEmpty() ? new Verdict.Intact(at.seq(), at) : cut(missed, at);
    }

    private Verdict cut(Set<Anchor> missed, Anchor end) throws IOException {
        String last =
                folder.segments().stream()
                        .reduce((_, b) -> b)
                        .map(AuditFolder::name)
                        .orElse("head");
        long gone = missed.stream().mapToLong(Anchor::seq).max().orElseThrow();
        String why = "entry %d was once here and is not any more; the log ends with entry %d";
        return new Verdict.Broken(last, 0, why.formatted(gone, end.seq()));
    }
}
