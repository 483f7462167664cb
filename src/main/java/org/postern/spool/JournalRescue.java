package org.postern.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.postern.journal.Journal;
import org.postern.journal.JournalReader;
import org.postern.journal.JournalRecord.Kind;
import org.postern.journal.Place;
import org.postern.mail.QueueId;
import org.postern.store.DiskFile;

/// The way back of messages that a stop or a crash left in the journal: each gets a file of its
/// own, with the results that were recorded for it, and then the old segments go. Whether a file is
/// whole is found when it is read, as for every other one.
///
/// A crash in the middle of it repeats it: what has a file already keeps it.
final class JournalRescue implements JournalReader.Visitor {
    private final SpoolVolume volume;
    private final Journal journal;
    private final Map<QueueId, Rest> rests = new LinkedHashMap<>();
    private final List<Place> lost = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    /// What is left of a message: its image, and the results behind it.
    private record Rest(Place image, List<Place> results) {}

    JournalRescue(SpoolVolume volume, Journal journal) {
        this.volume = volume;
        this.journal = journal;
    }

    @Override
    public void record(Kind kind, QueueId id, Place place) {
        switch (kind) {
            case MESSAGE -> rests.put(id, new Rest(place, new ArrayList<>()));
            case RESULT -> result(id, place);
            case GONE -> rests.remove(id);
        }
    }

    /// Sooner twice than lost: that it has gone is believed only if it is sure.
    @Override
    public void doubtful(Kind kind, QueueId id, Place place) {
        switch (kind) {
            case MESSAGE -> rests.putIfAbsent(id, new Rest(place, new ArrayList<>()));
            case RESULT -> result(id, place);
            case GONE -> {
                // It stays.
            }
        }
    }

    private void result(QueueId id, Place place) {
        Rest rest = rests.get(id);
        if (rest != null) {
            rest.results().add(place);
        }
    }

    @Override
    public void lost(Place place) {
        lost.add(place);
    }

    @Override
    public void missing(long segment, long from, long end) {
        String what = "segment %d of the spool's journal: octets %d to %d, which were acknowledged";
        missing.add(what.formatted(segment, from, end));
    }

    /// What was not found as it was written.
    ///
    /// @param aside names under which octets lie in `corrupt/` in which no message can be told
    /// @param missing what is gone, in words
    record Faults(List<QueueId> aside, List<String> missing) {}

    Faults run(InstantSource clock, RandomGenerator random) throws IOException {
        JournalReader reader = new JournalReader(volume.journal(), this);
        reader.readMissing();
        reader.read(journal.before());
        if (journal.before().isEmpty() && missing.isEmpty()) {
            return new Faults(List.of(), List.of());
        }
        for (Map.Entry<QueueId, Rest> each : rests.entrySet()) {
            if (!hasFile(each.getKey())) {
                Rest rest = each.getValue();
                List<Place> parts = new ArrayList<>(List.of(rest.image()));
                parts.addAll(rest.results());
                copy(parts, each.getKey());
            }
        }
        List<QueueId> aside = new ArrayList<>();
        for (Place place : lost) {
            QueueId name = QueueId.next(clock.instant(), random);
            copy(List.of(place), name);
            volume.disk().rename(volume.message(name), volume.corrupt().resolve(name.value()));
            aside.add(name);
        }
        volume.syncCorrupt();
        volume.syncNames();
        try {
            journal.removeBefore();
        } catch (IOException e) {
            throw volume.judge(e);
        }
        return new Faults(aside, missing);
    }

    private boolean hasFile(QueueId id) throws IOException {
        try (DiskFile file = volume.disk().read(volume.message(id))) {
            return file.size() >= 0;
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    private void copy(List<Place> parts, QueueId id) throws IOException {
        volume.discard(id);
        try (DiskFile file = volume.disk().create(volume.draft(id))) {
            for (Place part : parts) {
                ByteBuffer octets = ByteBuffer.allocate(part.length());
                try (DiskFile segment = journal.open(part)) {
                    segment.read(octets, 0);
                }
                file.write(octets.flip());
            }
            volume.sync(file);
        }
        volume.disk().rename(volume.draft(id), volume.message(id));
    }
}
