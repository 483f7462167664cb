package org.postern.ldap;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchResultListener;
import com.unboundid.ldap.sdk.SearchResultReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a server tells in answer to one question, up to limits of our own: what it was asked to
/// keep to binds it to nothing. Behind a limit nothing is kept, and the conversation ends.
final class Gathered implements SearchResultListener {
    private static final long serialVersionUID = 1L;

    /// To other servers; they are not followed. A domain of an Active Directory has a few.
    private static final int REFERENCES_MAX = 16;

    private final transient Cutoff cutoff;
    private final transient List<SearchResultEntry> entries = new ArrayList<>();
    private int references;
    private long octets;
    private String excess = "";

    Gathered(Cutoff cutoff) {
        this.cutoff = cutoff;
    }

    @Override
    public synchronized void searchEntryReturned(SearchResultEntry entry) {
        if (!excess.isEmpty()) {
            return;
        }
        octets += entry.getDN().length();
        for (Attribute attribute : entry.getAttributes()) {
            octets += attribute.getName().length();
            for (byte[] value : attribute.getValueByteArrays()) {
                octets += value.length;
            }
        }
        if (entries.size() == ServerDirectory.ENTRIES_MAX) {
            exceed("it has more than %d entries".formatted(ServerDirectory.ENTRIES_MAX));
        } else if (octets > ServerDirectory.OCTETS_MAX) {
            exceed("its answer has more than %d octets".formatted(ServerDirectory.OCTETS_MAX));
        } else {
            entries.add(entry);
        }
    }

    @Override
    public synchronized void searchReferenceReturned(SearchResultReference reference) {
        references++;
        if (references > REFERENCES_MAX && excess.isEmpty()) {
            exceed("it refers to more than %d others".formatted(REFERENCES_MAX));
        }
    }

    private void exceed(String what) {
        excess = what;
        entries.clear();
        cutoff.end();
    }

    /// @throws IOException if there was more than is taken; the message is for people
    synchronized List<SearchResultEntry> entries() throws IOException {
        if (!excess.isEmpty()) {
            throw new IOException(excess);
        }
        return List.copyOf(entries);
    }

    /// Whether some of what was asked lies at others.
    synchronized boolean refers() {
        return references > 0;
    }

    /// What there was too much of.
    synchronized Optional<String> excess() {
        return Optional.of(excess).filter(it -> !it.isEmpty());
    }
}
