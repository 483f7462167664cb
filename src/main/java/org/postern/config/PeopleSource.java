package org.postern.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.config.PolicySource.Reload;
import org.postern.mail.Domain;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;
import org.postern.yaml.ConfigErrors;

/// The people as patients see them now. They are replaced whole or not at all, and any thread may
/// ask for them. What counts as a change is the text of `people.yaml`: an absence that begins today
/// needs no restart, and a new photo needs a line that names it.
public final class PeopleSource {
    private final ConfigFolder folder;
    private final Set<Domain> own;
    private volatile People current;
    private @Nullable String seen;

    /// Those of a configuration.
    public static PeopleSource of(Path folder, Configuration read) {
        return new PeopleSource(folder, read.gateway().site().domains(), read.people());
    }

    /// @param own the clinic's own domains
    /// @param checked the people that the start has already accepted
    public PeopleSource(Path folder, Set<Domain> own, People checked) {
        this.folder = new ConfigFolder(folder);
        this.own = Set.copyOf(own);
        this.current = checked;
        this.seen = this.folder.text(PeopleReader.FILE, new ConfigErrors()).orElse(null);
    }

    /// The people in force.
    public People current() {
        return current;
    }

    /// Reads `people.yaml` again, if its text is another one.
    public synchronized Reload reload() {
        ConfigErrors errors = new ConfigErrors();
        Optional<String> text = folder.text(PeopleReader.FILE, errors);
        if (text.isPresent() && text.get().equals(seen)) {
            return new Reload.Unchanged();
        }
        Optional<People> read =
                text.isEmpty() ? Optional.empty() : new PeopleReader(folder, own, errors).read();
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
