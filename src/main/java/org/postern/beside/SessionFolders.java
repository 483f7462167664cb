package org.postern.beside;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.Cabinet;
import org.postern.cabinet.Cabinet.Listed;
import org.postern.cabinet.Folder;
import org.postern.mail.Address;
import org.postern.mailfolder.MailFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All folders of one session: those of the secure mailbox, and those of the clinic's server where
/// they are shown. A folder of her own that has their name has it for itself.
public final class SessionFolders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionFolders.class);

    private final Cabinet cabinet;
    private @Nullable ClinicFolders clinic;

    public SessionFolders(Cabinet cabinet) {
        this.cabinet = cabinet;
    }

    /// The secure ones alone.
    public Cabinet cabinet() {
        return cabinet;
    }

    /// Shows those of the clinic's server from now on.
    ///
    /// @param folders are closed with this
    public void show(ClinicFolders folders) {
        clinic = folders;
    }

    /// The folder above those of the clinic's server; empty where they are not shown to her.
    public Optional<String> top(Address owner) throws IOException {
        ClinicFolders theirs = clinic;
        return theirs != null && isClinics(owner, theirs.top())
                ? Optional.of(theirs.top())
                : Optional.empty();
    }

    /// All folders, by name. Those of a server that cannot be asked are those that it told of last.
    ///
    /// @param wanted whether anything is wanted of what lies below that name; if not, the clinic's
    ///   server is not asked
    public List<Listed> list(Address owner, Predicate<String> wanted) throws IOException {
        return all(owner, wanted, ClinicFolders::list);
    }

    /// All folders, those of the clinic's server as it told of them last.
    public List<Listed> known(Address owner) throws IOException {
        return all(owner, _ -> true, ClinicFolders::listed);
    }

    /// Tells of the folders of the clinic's server.
    @FunctionalInterface
    private interface Telling {
        List<Listed> by(ClinicFolders theirs) throws IOException;
    }

    private List<Listed> all(Address owner, Predicate<String> wanted, Telling telling)
            throws IOException {
        List<Listed> all = new ArrayList<>(cabinet.folders(owner));
        ClinicFolders theirs = clinic;
        if (theirs != null
                && wanted.test(theirs.top())
                && all.stream().noneMatch(it -> it.isThere() && theirs.owns(it.name()))) {
            // A name that is subscribed and was of a folder of hers is one of theirs now.
            all.removeIf(it -> theirs.owns(it.name()));
            all.addAll(telling.by(theirs));
        }
        return all;
    }

    /// Whether a folder of that name would be one of the clinic's server, where nothing is changed.
    public boolean isClinics(Address owner, String name) throws IOException {
        ClinicFolders theirs = clinic;
        return theirs != null
                && theirs.owns(name)
                && cabinet.folders(owner).stream()
                        .noneMatch(it -> it.isThere() && theirs.owns(it.name()));
    }

    /// How a folder of the clinic's server stands.
    ///
    /// @param validity UIDVALIDITY
    /// @param next UIDNEXT
    /// @param objectId names it for good: RFC 8474 §4
    public record Standing(int messages, int unseen, long validity, long next, String objectId) {}

    /// How a folder stands for which `isClinics` holds, without opening it.
    public Optional<Standing> status(String name) throws IOException {
        ClinicFolders theirs = clinic;
        return theirs == null ? Optional.empty() : theirs.status(name);
    }

    /// A folder, to be given back by `close`; empty if there is none of that name.
    public Optional<MailFolder> open(Address owner, String name) throws IOException {
        ClinicFolders theirs = clinic;
        if (theirs != null && isClinics(owner, name)) {
            return theirs.open(name).map(it -> it);
        }
        return cabinet.open(owner, name).map(it -> it);
    }

    /// Gives a folder back.
    public void close(MailFolder folder) {
        if (folder instanceof Folder secure) {
            cabinet.close(secure);
        } else if (folder instanceof ClinicFolder theirs) {
            try {
                theirs.close();
            } catch (IOException e) {
                LOG.warn("what was read of a folder is not let go: {}", e.getMessage());
            }
        }
    }

    /// The session is over.
    @Override
    public void close() {
        if (clinic != null) {
            clinic.close();
        }
    }
}
