package org.postern.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.postern.folder.Prints;
import org.postern.folder.Settling;
import org.postern.ldap.GroupServer;
import org.postern.naming.GroupNames;
import org.postern.policy.Policy;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;
import org.postern.yaml.ConfigErrors;

/// The policy in force. It is replaced whole or not at all, and any thread may ask for it.
public final class PolicySource {
    private final Path folder;
    private final Settling settling;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final GroupNames groups;
    private volatile Policy current;

    /// That of a configuration, whose rules may name the groups of its directory.
    public static PolicySource of(Path folder, Configuration read) {
        return new PolicySource(
                folder,
                read.policy(),
                Optional.ofNullable(read.gateway().site().groups()),
                System::nanoTime);
    }

    /// Whose rules may name no groups.
    ///
    /// @param checked the policy that the start has already accepted
    public PolicySource(Path folder, Policy checked) {
        this(folder, checked, Optional.empty(), System::nanoTime);
    }

    /// @param checked the policy that the start has already accepted
    /// @param directory the clinic's own, whose groups rules may name
    /// @param nanos a clock that nobody sets
    PolicySource(Path folder, Policy checked, Optional<GroupServer> directory, LongSupplier nanos) {
        this.groups = DirectoryReader.known(directory);
        this.folder = folder;
        this.settling = new Settling(nanos);
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

    /// Reads `policy.yaml` and its lists again, and takes a change once it has settled: a file that
    /// somebody is still writing is left alone, even where it can be understood.
    public synchronized Reload look() {
        return read(settling::isSettled);
    }

    /// Reads `policy.yaml` and its lists again, at once, because somebody says that they are
    /// written. What changes meanwhile is left alone all the same.
    public synchronized Reload reload() {
        return read(Prints::stand);
    }

    /// @param ready whether what was read may be taken, and its mistakes told
    private Reload read(Predicate<Prints> ready) {
        ConfigErrors errors = new ConfigErrors();
        ConfigFolder files = ConfigFolder.inForce(folder);
        Optional<Policy> read = Configuration.policy(files, groups, errors);
        boolean isReady = ready.test(files.prints());
        Checked<Policy> checked = Checked.of(read, errors);
        if (checked instanceof Checked.Valid<Policy>(Policy policy) && policy.equals(current)) {
            return new Reload.Unchanged();
        }
        if (!isReady) {
            return new Reload.Changing();
        }
        return switch (checked) {
            case Checked.Invalid<Policy>(List<ConfigError> wrong) -> new Reload.Kept(wrong);
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

        /// Somebody is still writing, or has just written; what was in force stays for now.
        record Changing() implements Reload {}

        /// The file is wrong; what was in force stays.
        record Kept(List<ConfigError> errors) implements Reload {
            public Kept {
                errors = List.copyOf(errors);
            }
        }
    }
}
