package org.postern.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.postern.audit.AuditEntry;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditReader;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.Mistakes;
import org.postern.cli.UsageException;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.mail.Domain;
import org.postern.operate.Configured;
import org.postern.policy.Policy;
import org.postern.policy.Rule;
import org.postern.replay.Tally.Taken;
import org.postern.review.PolicyWarnings;
import org.postern.store.FileDisk;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;
import org.postern.yaml.Place;

/// `policy diff`: what two policies say differently, and what they would have decided differently.
public final class PolicyDiff implements Command {
    private static final String REPLAY = "replay";

    private final Console console;
    private final Clock clock;

    public PolicyDiff(Console console, Clock clock) {
        this.console = console;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "policy";
    }

    @Override
    public String summary() {
        return "compares two policies, also by the mail that the audit knows";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "diff OLD NEW [--replay PERIOD] [--json]",
                        """
                        OLD and NEW are folders, each with a policy.yaml and its lists. Shows which
                        rules were added, removed, changed or moved. Names of groups are checked
                        where a gateway.yaml lies beside; else it says that they were not.

                        With --replay, each message that was taken within that time is decided
                        about anew by both, from what the audit of this gateway keeps of it, and
                        what would have been decided differently is shown by pairs of rules, with
                        queue ids. The audit keeps no content: where a rule asks for words that no
                        rule asked for when the message came, its answer is not known. Nothing is
                        sent, and copies (bcc) are not decided about.\
                        """)
                .withValue(REPLAY, "PERIOD", "how far back, such as 7d or 48h")
                .withSwitch("json", "shows the answer as JSON");
    }

    /// @param rules where each stands, in their order
    /// @param unchecked groups that they name, where it is not known which ones there are
    record Side(Policy policy, List<Place> rules, Set<String> unchecked) {
        String place(int rule) {
            return rule < rules.size() ? rules.get(rule).toString() : "";
        }
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        String verb = arguments.word(0, "diff");
        if (!verb.equals("diff")) {
            throw new UsageException("unknown word \"" + verb + "\"; write diff");
        }
        Path before = Path.of(arguments.word(1, "the folder OLD"));
        Path after = Path.of(arguments.word(2, "the folder NEW"));
        arguments.atMostWords(3);
        Optional<Duration> period = arguments.duration(REPLAY);
        Optional<Side> old = side(before);
        Optional<Side> fresh = side(after);
        if (old.isEmpty() || fresh.isEmpty()) {
            return FAILED;
        }
        Optional<Tally> tally = Optional.empty();
        if (period.isPresent()) {
            tally =
                    replayed(
                            arguments,
                            clock.instant().minus(period.get()),
                            old.get().policy(),
                            fresh.get().policy());
            if (tally.isEmpty()) {
                return FAILED;
            }
        }
        if (arguments.has("json")) {
            ObjectNode root = DiffJson.of(old.get(), fresh.get());
            tally.ifPresent(it -> it.write(root.putObject("replay")));
            console.line(DiffJson.text(root));
        } else {
            showRules(old.get(), fresh.get());
            tally.ifPresent(this::show);
        }
        return OK;
    }

    private void show(Tally tally) {
        console.line("");
        tally.lines().forEach(console::line);
    }

    /// Empty if the configuration has mistakes, which are shown then.
    private Optional<Tally> replayed(Arguments arguments, Instant since, Policy old, Policy fresh)
            throws UsageException, IOException {
        Tally tally = new Tally();
        int exit =
                Configured.run(
                        console,
                        arguments,
                        config -> {
                            replay(config, since, entry -> tally.add(entry, old, fresh));
                            return OK;
                        });
        return exit == OK ? Optional.of(tally) : Optional.empty();
    }

    private Optional<Side> side(Path folder) {
        return switch (Configuration.policy(folder)) {
            case Checked.Invalid<Policy>(List<ConfigError> errors) -> {
                Mistakes.show(console, errors);
                yield Optional.empty();
            }
            case Checked.Valid<Policy>(Policy policy) ->
                    Optional.of(
                            new Side(
                                    policy,
                                    PolicyWarnings.places(folder),
                                    unchecked(folder, policy)));
        };
    }

    private Set<String> unchecked(Path folder, Policy policy) {
        if (policy.groups().isEmpty() || Configuration.knowsGroups(folder)) {
            return Set.of();
        }
        Set<String> names = new TreeSet<>(policy.groups());
        console.error(
                folder
                        + ": not checked whether there are these groups, because no gateway.yaml"
                        + " without a mistake lies beside its policy.yaml: "
                        + String.join("; ", names));
        return names;
    }

    private void showRules(Side old, Side fresh) {
        List<RuleDiff.Change> changes = RuleDiff.of(old.policy(), fresh.policy());
        showSettings(SettingsDiff.of(old.policy(), fresh.policy()));
        if (changes.isEmpty()) {
            console.line("The rules say the same, in the same order.");
        }
        for (RuleDiff.Change change : changes) {
            switch (change) {
                case RuleDiff.Change.Added(int now) ->
                        show(console.good("added    "), fresh, now, fresh.place(now));
                case RuleDiff.Change.Removed(int was) ->
                        show(console.bad("removed  "), old, was, old.place(was));
                case RuleDiff.Change.Moved(int now) ->
                        show(
                                "moved    ",
                                fresh,
                                now,
                                above(fresh.policy(), now) + ", " + fresh.place(now));
                case RuleDiff.Change.Changed(int was, int now, List<RuleDiff.Part> parts) -> {
                    show("changed  ", fresh, now, old.place(was) + " and " + fresh.place(now));
                    for (RuleDiff.Part part : parts) {
                        console.line(
                                console.bad("           - " + part.name()) + ": " + part.was());
                        console.line(
                                console.good("           + " + part.name()) + ": " + part.now());
                    }
                }
            }
        }
    }

    private void showSettings(SettingsDiff difference) {
        difference.removed().forEach(was -> console.line(console.bad("setting  - ") + was));
        difference.added().forEach(now -> console.line(console.good("setting  + ") + now));
        for (String same : difference.otherEntries()) {
            console.line("setting    " + same + " (the same, with other entries in its lists)");
        }
    }

    private static String above(Policy policy, int rule) {
        return rule == 0
                ? "stands first now"
                : "stands below \"" + policy.rules().get(rule - 1).name() + "\" now";
    }

    private void show(String what, Side side, int rule, String where) {
        Rule named = side.policy().rules().get(rule);
        console.line(
                what + console.strong("\"" + named.name() + "\"") + console.faint("  " + where));
    }

    /// For each recipient the rules that were only observed, and matched.
    private static List<String> observed(AuditEntry entry) {
        List<String> rules = new ArrayList<>();
        for (JsonNode recipient : entry.json().path("ruling")) {
            for (JsonNode rule : recipient.path("observed")) {
                rules.add(rule.path("rule").asText());
            }
        }
        return rules;
    }

    private static void replay(GatewayConfig config, Instant since, Consumer<Taken> taken)
            throws IOException {
        Set<Domain> internal = config.site().domains();
        Path folder = config.storage().data().resolve("audit");
        new AuditReader(new AuditFolder(new FileDisk(), folder))
                .read(
                        since,
                        entry -> {
                            if (entry.event().equals("accepted") && !entry.at().isBefore(since)) {
                                taken.accept(
                                        new Taken(
                                                entry.text("id"),
                                                observed(entry),
                                                Replay.of(entry, internal)));
                            }
                        });
    }
}
