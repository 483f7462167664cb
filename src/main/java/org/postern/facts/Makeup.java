package org.postern.facts;

import java.util.List;

/// What a message is made of.
///
/// @param size of the content, in octets
/// @param label what its outermost part says of itself
/// @param attachments all that were seen
/// @param complete false if there may be attachments that were not seen: every question about them
///   is then answered with doubt
public record Makeup(long size, SmimeLabel label, List<Attachment> attachments, boolean complete) {
    public Makeup {
        attachments = List.copyOf(attachments);
    }

    /// Names of files are content.
    @Override
    public String toString() {
        return "Makeup[" + size + " octets, " + attachments.size() + " attachments]";
    }
}
