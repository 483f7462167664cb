package org.postern.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.postern.ldap.GroupServer;
import org.postern.naming.GroupNames;
import org.postern.policy.Policy;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;
import org.postern.yaml.ConfigErrors;

/// The policy in force. It is replaced whole or not at all, and any thread may ask for it.
public final class PolicySource {
    private final ConfigFolder folder;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final GroupNames groups;
    private volatile Policy current;

    /// That of a configuration, whose rules may name the groups of its directory.
    public static PolicySource of(Path folder, Configuration read) {
        return new PolicySource(
                folder, read.policy(), Optional.ofNullable(read.gateway().site().groups()));
    }

    /// Whose rules may name no groups.
    ///
    /// @param checked the policy that the start has already accepted
    public PolicySource(Path folder, Policy checked) {
        this(folder, checked, Optional.empty());
    }

    /// @param checked the policy that the start has already accepted
    /// @param directory the clinic's own, whose groups rules may name
    PolicySource(Path folder, Policy checked, Optional<GroupServer> directory) {
        this.groups = DirectoryReader.known(directory);
        this.folder = new ConfigFolder(folder);
        this.current = checked;
    }

    /// The policy to rule by. A message takes it once and keeps to it.
    public Policy current() {
        return current;
    }

    /// @param replaced called after each replacement; it must not wait
    public void listen(Runnable replaced) {
        listeners.add(replaced);
    }

    /// Reads `policy.yaml` again.
    public synchronized Reload reload() {
        ConfigErrors errors = new ConfigErrors();
        Optional<Policy> read = Configuration.policy(folder, groups, errors);
        return switch (Checked.of(read, errors)) {
            case Checked.Invalid<Policy>(List<ConfigError> wrong) -> new Reload.Kept(wrong);
            case Checked.Valid<Policy>(Policy policy) when policy.equals(current) ->
                    new Reload.Unchanged();
            case Checked.Valid<Policy>(Policy policy) -> {
                current = policy;
                listeners.forEach(Runnable::run);
                yield new Reload.Replaced(policy.rules().size());
            }
        };
    }

    /// What came of a reload.
    public sealed interface Reload {
        /// What is new is in force.
        ///
        /// @param entries rules, or people
        record Replaced(int entries) implements Reload {}

        /// The file says what it said before.
        record Unchanged() implements Reload {}

        /// The file is wrong; what was in force stays.
        record Kept(List<ConfigError> errors) implements Reload {
            public Kept {
                errors = List.copyOf(errors);
            }
        }
    }
}
