package org.postern.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/// One entry of the log as it is read back.
///
/// @param event what happened: `accepted`, `refused`, `attempted`, `derived`, `pickup`, `fetched`,
///   `housekeeping`
/// @param json the whole entry, these three and the MAC included
public record AuditEntry(long seq, Instant at, String event, JsonNode json) {
    /// One member as text.
    ///
    /// @return empty text if the entry has none of that name, or it is no text or number
    public String text(String name) {
        return json.path(name).asText("");
    }
}
