package org.postern.beside;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postern.cabinet.Cabinet.Listed;
import org.postern.mail.Address;
import org.postern.upstream.Credentials;
import org.postern.upstream.RemoteFolder;
import org.postern.upstream.UpstreamClient;
import org.postern.upstream.UpstreamException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folders of the clinic's server as one session has them.
public final class ClinicFolders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClinicFolders.class);

    private final Clinic clinic;
    private final Address user;
    private final Line line;

    /// By the names under which they are shown, as they were told last.
    private Map<String, RemoteFolder> known = Map.of();

    ClinicFolders(Clinic clinic, Address user, Credentials credentials) {
        this.clinic = clinic;
        this.user = user;
        this.line = new Line(clinic, user.key(), credentials);
    }

    /// The name of the folder above them.
    String top() {
        return clinic.server().name();
    }

    /// Whether a name is one of theirs, if there is no other folder of it.
    boolean owns(String name) {
        return ShownName.isBelow(top(), name);
    }

    /// All that can be opened, and what lies above them; none if the server cannot be asked.
    List<Listed> list() throws IOException {
        try {
            learn();
        } catch (UpstreamException e) {
            LOG.warn("folders of the clinic's server are not listed: {}", e.getMessage());
            return List.of();
        }
        return ShownName.listed(known.keySet());
    }

    private void learn() throws IOException {
        Map<String, RemoteFolder> now = new TreeMap<>();
        for (RemoteFolder each : line.use(UpstreamClient::list)) {
            if (each.opens()) {
                ShownName.of(top(), each).ifPresent(name -> now.putIfAbsent(name, each));
            }
        }
        known = now;
    }

    /// Empty if there is none of that name.
    ///
    /// @throws UpstreamException if the server cannot be asked
    Optional<ClinicFolder> open(String name) throws IOException {
        @Nullable RemoteFolder found = known.get(name);
        if (found == null) {
            learn();
            found = known.get(name);
        }
        if (found == null) {
            return Optional.empty();
        }
        Place place = new Place(user.key(), clinic.server().place(), found.name());
        Letters letters = new Letters(clinic.reading(), user);
        return Optional.of(new ClinicFolder(line, place, letters, clinic.server().look()));
    }

    /// Hangs up, and wipes the password.
    @Override
    public void close() {
        line.close();
    }
}
