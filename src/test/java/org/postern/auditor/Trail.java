package org.postern.auditor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postern.audit.AuditEntry;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditReader;

/// The entries of the gateway's audit, by the message they are about.
final class Trail {
    private final Map<String, List<Entry>> entries = new HashMap<>();
    private final List<String> unreadable = new ArrayList<>();
    private int life;

    /// One entry.
    ///
    /// @param life how many starts the audit had before it
    /// @param what `accepted`, `withdrawn`, `attempted` or `derived`
    /// @param detail of an attempt its outcome, of a letter its kind
    record Entry(int life, String what, String recipient, String detail) {}

    static Trail read(AuditFolder folder) throws IOException {
        Trail trail = new Trail();
        new AuditReader(folder).read(trail::add);
        return trail;
    }

    private void add(AuditEntry entry) {
        switch (entry.event()) {
            case "accepted", "withdrawn" -> note(entry.text("id"), entry, "", "");
            case "attempted" ->
                    note(entry.text("id"), entry, entry.text("recipient"), entry.text("outcome"));
            case "derived" -> note(entry.text("cause"), entry, "", entry.text("kind"));
            case "housekeeping" -> housekeeping(entry);
            default -> {}
        }
    }

    private void housekeeping(AuditEntry entry) {
        switch (entry.text("act")) {
            case "started" -> life++;
            case "set aside", "unreadable" -> unreadable.add(entry.text("detail"));
            default -> {}
        }
    }

    private void note(String id, AuditEntry entry, String recipient, String detail) {
        entries.computeIfAbsent(id, _ -> new ArrayList<>(4))
                .add(new Entry(life, entry.event(), recipient, detail));
    }

    /// All that is about a message, oldest first.
    List<Entry> of(String queueId) {
        return entries.getOrDefault(queueId, List.of());
    }

    /// Queue ids of entries that were set aside.
    List<String> unreadable() {
        return unreadable;
    }
}
