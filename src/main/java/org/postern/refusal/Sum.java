package org.postern.refusal;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditEvent.Refusals.Named;
import org.postern.mail.Address;
import org.postern.mail.Arrival;

/// Refusals that are told together. However many they are, it takes no more room than the limits of
/// [RefusalLog] leave it.
final class Sum {
    private final Arrival first;
    private final Instant since;
    private final Set<String> sources = new HashSet<>();
    private final Map<String, Long> replies = new LinkedHashMap<>();
    private final Set<Address> reversePaths = new LinkedHashSet<>();
    private final Set<Address> recipients = new LinkedHashSet<>();
    private long count;
    private long others;

    Sum(Arrival first, Instant since) {
        this.first = first;
        this.since = since;
    }

    void add(String source, AuditEvent.Refused refused) {
        count++;
        if (sources.size() < RefusalLog.SOURCES_MAX) {
            sources.add(source);
        }
        String reply = refused.reply().toString();
        boolean known = replies.containsKey(reply) || replies.size() < RefusalLog.NAMED_MAX;
        replies.merge(known ? reply : "others", 1L, Long::sum);
        Address reversePath = refused.reversePath();
        if (reversePath != null && reversePaths.size() < RefusalLog.NAMED_MAX) {
            reversePaths.add(reversePath);
        }
        for (Address recipient : refused.recipients()) {
            if (recipients.size() < RefusalLog.NAMED_MAX) {
                recipients.add(recipient);
            } else if (!recipients.contains(recipient)) {
                others++;
            }
        }
    }

    AuditEvent.Refusals event() {
        Named named = new Named(List.copyOf(reversePaths), List.copyOf(recipients), others);
        return new AuditEvent.Refusals(first, since, count, sources.size(), replies, named);
    }
}
