package org.postern.rotation;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postern.audit.AuditEvent.Housekeeping;
import org.postern.audit.AuditLog;
import org.postern.control.RequestException;
import org.postern.rewrap.Pace;
import org.postern.rewrap.SealedPlace;
import org.postern.rewrap.Tally;
import org.postern.vault.Secrets;
import org.postern.vault.Vault;
import org.postern.vault.Vault.Kek;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a new key-encryption key into use and lets the former one go, in a gateway that runs.
///
/// The keystore says where a rotation stands: a former KEK that is not retired means that rounds go
/// through all places until nothing is under it, so that a stop at any moment is followed by more
/// rounds and by nothing else. A retired KEK still opens what it wraps, as data restored from a
/// backup; it is destroyed by nobody but a person.
public final class Rotation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rotation.class);

    /// Between two rounds.
    public static final Duration EVERY = Duration.ofSeconds(5);

    /// Data keys in a second: a million take nine minutes.
    private static final int REWRAPPED_PER_SECOND = 2_000;

    private static final int COUNTED_PER_SECOND = 20_000;

    /// Rounds in a row after which nothing was found. What was sealed a moment before the change of
    /// the KEK, and was not yet written when the first one counted, is found by the second one.
    private static final int CLEAN_ROUNDS = 2;

    /// A retired KEK is not destroyed earlier: longer than any command or request takes that may
    /// have seen it as the active one.
    static final Duration RETIRED_MIN = Duration.ofMinutes(10);

    private final Vault vault;
    private final Files files;
    private final Map<String, SealedPlace> places;
    private final KekCount count;
    private final AuditLog audit;
    private final InstantSource clock;
    private final Pace pace = new Pace(REWRAPPED_PER_SECOND);

    /// Rounds, and what changes the keystore, take turns.
    private final ReentrantLock work = new ReentrantLock();

    private volatile Progress progress = new Progress(Map.of(), null, null);
    private int cleanRounds;
    private boolean looksForRestored = true;

    /// The keystore of the vault, and the file with its password.
    public record Files(Path keystore, Path password) {
        private char[] secret() throws IOException {
            return Secrets.firstLine(password).toCharArray();
        }
    }

    /// How far the last round has got.
    ///
    /// @param tallies by place, those that are done
    /// @param now the place that is gone through; null between two rounds
    /// @param trouble what kept the last round from its end; null for nothing
    public record Progress(
            Map<String, Tally> tallies, @Nullable String now, @Nullable String trouble) {
        public Progress {
            tallies = Map.copyOf(tallies);
        }
    }

    /// @param places all that hold something sealed, by name
    public Rotation(
            Vault vault,
            Files files,
            Map<String, SealedPlace> places,
            KekCount count,
            AuditLog audit,
            InstantSource clock) {
        this.vault = vault;
        this.files = files;
        this.places = new LinkedHashMap<>(places);
        this.count = count;
        this.audit = audit;
        this.clock = clock;
    }

    /// Former KEKs under which something may still lie.
    private List<Kek> former() {
        return vault.keks().stream()
                .filter(kek -> kek.id() != vault.active() && kek.retired().isEmpty())
                .toList();
    }

    private List<Kek> retired() {
        return vault.keks().stream().filter(kek -> kek.retired().isPresent()).toList();
    }

    // -- rounds --

    /// One round, if there is anything to do. What fails is said in the log and by `progress`, and
    /// tried again with the next one.
    public void look() {
        work.lock();
        try {
            if (!former().isEmpty() || (looksForRestored && !retired().isEmpty())) {
                round();
            }
            looksForRestored = false;
        } catch (InterruptedIOException e) {
            LOG.info("{}", e.getMessage());
        } catch (IOException e) {
            LOG.warn("data is not yet under the new key: {}", e.getMessage());
            progress = new Progress(progress.tallies(), null, e.getMessage());
            cleanRounds = 0;
        } finally {
            work.unlock();
        }
    }

    private void round() throws IOException {
        Map<String, Tally> tallies = new LinkedHashMap<>();
        Tally all = Tally.NONE;
        for (Map.Entry<String, SealedPlace> place : places.entrySet()) {
            progress = new Progress(tallies, place.getKey(), null);
            Tally tally = place.getValue().rewrap(pace);
            tallies.put(place.getKey(), tally);
            all = all.plus(tally);
        }
        progress = new Progress(tallies, null, null);
        if (all.rewrapped() > 0) {
            LOG.info("{} data keys came under the new key", all.rewrapped());
        }
        List<Kek> former = former();
        if (all.busy() > 0 || former.isEmpty()) {
            cleanRounds = 0;
            return;
        }
        KekCount.Uses uses = count.count(pace);
        Tally found = all;
        boolean clean =
                former.stream().allMatch(kek -> isUnused(kek, uses, found.damagedUnder(kek.id())));
        cleanRounds = clean ? cleanRounds + 1 : 0;
        if (cleanRounds >= CLEAN_ROUNDS) {
            cleanRounds = 0;
            for (Kek kek : former) {
                audit.append(new Housekeeping("key retired", kek.name() + ": nothing is under it"));
                vault.retire(kek.id(), files.keystore(), files.secret());
                LOG.info("the key {} is retired: nothing is under it any more", kek.name());
            }
        }
    }

    /// What does not open under its own KEK is lost whatever becomes of the KEK.
    ///
    /// @param damaged how much that names this KEK opens under none
    private boolean isUnused(Kek kek, KekCount.Uses uses, long damaged) {
        long left = uses.sum(kek.id());
        if (left > damaged) {
            progress =
                    new Progress(
                            progress.tallies(),
                            null,
                            "%d are still under the key %s: %s"
                                    .formatted(left, kek.name(), uses.of(kek.id())));
            return false;
        }
        return true;
    }

    // -- orders --

    /// Makes a new KEK and begins to bring everything under it. What is sealed from now on is under
    /// it. Audited first.
    ///
    /// @throws RequestException if a rotation is under way
    public Kek begin(String operator) throws RequestException, IOException {
        // Also before the wait: a round of the one that is under way may take minutes.
        requireNoneUnderWay();
        work.lock();
        try {
            requireNoneUnderWay();
            audit.append(
                    new Housekeeping(
                            "key rotation",
                            "by %s, from %s".formatted(operator, Kek.name(vault.active()))));
            vault.renew(files.keystore(), files.secret());
            cleanRounds = 0;
            LOG.info("new data is sealed under the key {}", Kek.name(vault.active()));
            return vault.keks().getLast();
        } finally {
            work.unlock();
        }
    }

    private void requireNoneUnderWay() throws RequestException {
        List<Kek> former = former();
        if (!former.isEmpty()) {
            throw new RequestException(
                    "a rotation is under way: what is under the key "
                            + former.getFirst().name()
                            + " is being brought under "
                            + Kek.name(vault.active())
                            + "; ./gateway keys list shows how far it is");
        }
    }

    /// Destroys the KEKs that are retired, after a count that finds nothing under them. Audited
    /// first.
    ///
    /// @return those that are gone
    /// @throws RequestException if there is none, or one was retired a moment ago or is in use
    public List<Kek> finish(String operator) throws RequestException, IOException {
        work.lock();
        try {
            List<Kek> retired = retired();
            if (retired.isEmpty()) {
                throw new RequestException(
                        "no key is retired; ./gateway keys list shows what is under which key");
            }
            KekCount.Uses uses = count.count(new Pace(COUNTED_PER_SECOND));
            List<Kek> gone = new ArrayList<>();
            for (Kek kek : retired) {
                requireUnused(kek, uses);
            }
            for (Kek kek : retired) {
                audit.append(
                        new Housekeeping(
                                "key destroyed", "%s by %s".formatted(kek.name(), operator)));
                vault.destroy(kek.id(), files.keystore(), files.secret());
                gone.add(kek);
            }
            return gone;
        } finally {
            work.unlock();
        }
    }

    private void requireUnused(Kek kek, KekCount.Uses uses) throws RequestException {
        Instant earliest = kek.retired().orElseThrow().plus(RETIRED_MIN);
        if (clock.instant().isBefore(earliest)) {
            throw new RequestException(
                    "the key "
                            + kek.name()
                            + " was retired a moment ago; try again in ten minutes");
        }
        if (uses.sum(kek.id()) > 0) {
            looksForRestored = true;
            throw new RequestException(
                    "still under the key %s: %s; it was restored from a backup, or is damaged. What"
                                    .formatted(kek.name(), uses.of(kek.id()))
                            + " opens is now brought under the active key; try again later");
        }
    }

    // -- questions --

    /// The KEKs, the active one last unless the keystore was restored from an older one.
    public List<Kek> keks() {
        return vault.keks();
    }

    /// The id of the KEK under which new data comes.
    public int active() {
        return vault.active();
    }

    /// What lies under which KEK.
    public KekCount.Uses uses() throws IOException {
        return count.count(new Pace(COUNTED_PER_SECOND));
    }

    public Progress progress() {
        return progress;
    }

    /// Ends the round that is under way; the next start goes on.
    @Override
    public void close() {
        pace.close();
    }
}
