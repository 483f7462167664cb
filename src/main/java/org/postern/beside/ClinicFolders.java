package org.postern.beside;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.Cabinet.Listed;
import org.postern.entrance.UpstreamException;
import org.postern.mail.Address;
import org.postern.upstream.Credentials;
import org.postern.upstream.RemoteFolder;
import org.postern.upstream.UpstreamClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folders of the clinic's server as one session has them.
public final class ClinicFolders implements AutoCloseable {
    /// What is remembered of a folder beside its names takes as much room as so many characters.
    private static final int FOLDER_CHARACTERS = 128;

    private static final Logger LOG = LoggerFactory.getLogger(ClinicFolders.class);

    private final Clinic clinic;
    private final Address user;
    private final Line line;

    private final Room.Share names;

    /// What the server told this session last, however much of it is remembered for others; null
    /// where there was no room for it.
    private volatile @Nullable Map<String, RemoteFolder> told;

    /// Whether it was said of this session that its list is not the whole one.
    private final AtomicBoolean warned = new AtomicBoolean();

    // Guarded by this: what it has of the room, and whether it needs none any more.
    private long taken;
    private boolean closed;

    ClinicFolders(Clinic clinic, Address user, Credentials credentials) {
        this.clinic = clinic;
        this.user = user;
        this.names = clinic.bounds().names().of(user.key());
        this.line = new Line(clinic.server(), clinic.bounds(), user.key(), credentials);
    }

    /// The name of the folder above them.
    String top() {
        return clinic.server().name();
    }

    /// Whether a name is one of theirs, if there is no other folder of it.
    boolean owns(String name) {
        return ShownName.isBelow(top(), name);
    }

    /// All that can be opened, and what lies above them. While the server cannot be asked, what it
    /// said before; none of them if it has answered, and another answer cannot be waited for: the
    /// secure folders must not be out of reach for good because of those.
    ///
    /// @throws UpstreamException if it cannot be asked now, and what it said is not known, or not
    ///   any more: a list without them would say that they are gone, and a mail program would throw
    ///   away what it has of them
    List<Listed> list() throws IOException {
        try {
            return ShownName.listed(learn().keySet());
        } catch (UpstreamException e) {
            Optional<Map<String, RemoteFolder>> before = known();
            if (before.isEmpty() && e.isLasting()) {
                warn("no folders of the clinic's server are listed: " + e.getMessage());
                return List.of();
            }
            if (before.isEmpty()) {
                throw e;
            }
            LOG.warn("folders of the clinic's server are listed as before: {}", e.getMessage());
            return ShownName.listed(before.get().keySet());
        }
    }

    /// The same as it was told last, and nothing if that is not known; the server is not asked. It
    /// is for words about a folder that is open, and no list for a mail program.
    List<Listed> listed() {
        return ShownName.listed(known().orElse(Map.of()).keySet());
    }

    private Optional<Map<String, RemoteFolder>> known() {
        return Optional.ofNullable(told).or(() -> clinic.known().of(user.key()));
    }

    private void warn(String sentence) {
        if (warned.compareAndSet(false, true)) {
            LOG.warn("{}", sentence);
        }
    }

    private Map<String, RemoteFolder> learn() throws IOException {
        Map<String, RemoteFolder> now = new TreeMap<>();
        List<RemoteFolder> all = line.use(UpstreamClient::list);
        if (all.size() == UpstreamClient.FOLDERS_MAX) {
            warn("of the clinic's server the first " + all.size() + " folders are listed alone");
        }
        for (RemoteFolder each : all) {
            if (each.opens()) {
                ShownName.of(top(), each).ifPresent(name -> now.putIfAbsent(name, each));
            }
        }
        remember(now);
        clinic.known().keep(user.key(), now);
        return now;
    }

    /// Without room for it the server is asked again each time.
    private synchronized void remember(Map<String, RemoteFolder> now) {
        names.giveBack(taken);
        long wanted = KnownFolders.characters(now) + (long) FOLDER_CHARACTERS * now.size();
        boolean room = !closed && names.grows(wanted);
        taken = room ? wanted : 0;
        told = room ? now : null;
    }

    /// Empty if there is none of that name.
    ///
    /// @throws UpstreamException if the server cannot be asked
    Optional<ClinicFolder> open(String name) throws IOException {
        return found(name, this::open);
    }

    /// How a folder stands, without opening it.
    Optional<SessionFolders.Standing> status(String name) throws IOException {
        return found(name, this::status);
    }

    /// What is made of a folder that the server has told of; empty if it is not there any more.
    @FunctionalInterface
    private interface Finding<T> {
        Optional<T> of(RemoteFolder found) throws IOException;
    }

    private <T> Optional<T> found(String name, Finding<T> finding) throws IOException {
        @Nullable RemoteFolder found = known().orElse(Map.of()).get(name);
        if (found == null) {
            found = learn().get(name);
        }
        if (found == null) {
            return Optional.empty();
        }
        Optional<T> made = finding.of(found);
        if (made.isEmpty()) {
            // It is gone since it was told of.
            learn();
        }
        return made;
    }

    private Place place(RemoteFolder found) {
        return new Place(user.key(), clinic.server().place(), found.name());
    }

    private Optional<SessionFolders.Standing> status(RemoteFolder found) throws IOException {
        return line.use(client -> client.status(found.name()))
                .map(it ->
                        new SessionFolders.Standing(
                                it.messages(),
                                it.unseen(),
                                it.validity(),
                                it.next(),
                                ClinicFolder.objectId(place(found), it.validity())));
    }

    private Optional<ClinicFolder> open(RemoteFolder found) throws IOException {
        Place place = place(found);
        Letters letters = new Letters(clinic.reading(), user);
        ClinicFolder folder = new ClinicFolder(line, place, letters, clinic.server().pace().look());
        boolean there = false;
        try {
            there = folder.isThere();
        } finally {
            if (!there) {
                folder.close();
            }
        }
        return there ? Optional.of(folder) : Optional.empty();
    }

    /// Hangs up, and wipes the password.
    @Override
    public void close() {
        line.close();
        synchronized (this) {
            names.giveBack(taken);
            taken = 0;
            closed = true;
        }
    }
}
