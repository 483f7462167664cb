package org.postern.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postern.config.PolicySource.Reload;
import org.postern.folder.Prints;
import org.postern.folder.Settling;
import org.postern.mail.Domain;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;
import org.postern.yaml.ConfigErrors;

/// The people as patients see them now. They are replaced whole or not at all, and any thread may
/// ask for them. What counts as a change is the text of `people.yaml`: an absence that begins today
/// needs no restart, and a new photo needs a line that names it.
public final class PeopleSource {
    private final Path folder;
    private final Set<Domain> own;
    private final Settling settling;
    private volatile People current;
    private @Nullable String seen;

    /// Those of a configuration.
    public static PeopleSource of(Path folder, Configuration read) {
        return new PeopleSource(folder, read.gateway().site().domains(), read.people());
    }

    /// @param own the clinic's own domains
    /// @param checked the people that the start has already accepted
    public PeopleSource(Path folder, Set<Domain> own, People checked) {
        this(folder, own, checked, System::nanoTime);
    }

    /// @param nanos a clock that nobody sets
    PeopleSource(Path folder, Set<Domain> own, People checked, LongSupplier nanos) {
        this.folder = folder;
        this.own = Set.copyOf(own);
        this.current = checked;
        this.settling = new Settling(nanos);
        this.seen =
                new ConfigFolder(folder).text(PeopleReader.FILE, new ConfigErrors()).orElse(null);
    }

    /// The people in force.
    public People current() {
        return current;
    }

    /// Reads `people.yaml` again, and takes another text once it and the photos that it names have
    /// settled.
    public synchronized Reload look() {
        return read(settling::isSettled);
    }

    /// Reads `people.yaml` again, at once, because somebody says that it is written. What changes
    /// meanwhile is left alone all the same.
    public synchronized Reload reload() {
        return read(Prints::stand);
    }

    /// @param ready whether what was read may be taken, and its mistakes told
    private Reload read(Predicate<Prints> ready) {
        ConfigErrors errors = new ConfigErrors();
        ConfigFolder files = ConfigFolder.inForce(folder);
        Optional<String> text = files.text(PeopleReader.FILE, errors);
        boolean same = text.isPresent() && text.get().equals(seen);
        Optional<People> read =
                same || text.isEmpty()
                        ? Optional.empty()
                        : new PeopleReader(files, own, errors).read();
        boolean isReady = ready.test(files.prints());
        if (same) {
            return new Reload.Unchanged();
        }
        if (!isReady) {
            return new Reload.Changing();
        }
        return switch (Checked.of(read, errors)) {
            case Checked.Invalid<People>(List<ConfigError> wrong) -> new Reload.Kept(wrong);
            case Checked.Valid<People>(People people) -> {
                current = people;
                seen = text.orElse(null);
                yield new Reload.Replaced(people.all().size());
            }
        };
    }
}
