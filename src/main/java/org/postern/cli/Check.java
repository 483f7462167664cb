package org.postern.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.cert.OwnKeys;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.config.PolicyTests;
import org.postern.pki.PartnerDirectory;
import org.postern.policy.PolicyTest;
import org.postern.review.PolicyWarnings;
import org.postern.specimen.ExampleLook;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;
import org.postern.yaml.Place;

/// `check`: finds every mistake in the configuration folder.
public final class Check implements Command {
    private final Console console;

    public Check(Console console) {
        this.console = console;
    }

    @Override
    public String name() {
        return "check";
    }

    @Override
    public String summary() {
        return "finds every mistake in the configuration";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "[--json]",
                        """
                        Reads all files of the configuration folder and shows every mistake with its
                        file, line and column, and what to write instead. Where there is none, it
                        warns of rules that can never decide, of those by which mail to anybody can
                        leave unprotected, of partners' certificates that others may change, and
                        of files with which no gateway starts because others in their group may
                        write them. Nothing is changed, and a running gateway does not notice.
                        Exit code 1 if there is a mistake; warnings change nothing.\
                        """)
                .withSwitch("json", "shows the mistakes and warnings as JSON");
    }

    @Override
    public int run(Arguments arguments) throws UsageException {
        arguments.atMostWords(0);
        Path folder = arguments.config();
        Checked<Configuration> configuration = Configuration.load(folder);
        PolicyTests.Around around =
                switch (Configuration.gateway(folder)) {
                    case Checked.Valid<GatewayConfig>(GatewayConfig gateway) ->
                            TestPolicy.around(
                                    gateway,
                                    configuration instanceof Checked.Valid<Configuration>(var valid)
                                            ? Optional.of(valid.policy())
                                            : Optional.empty());
                    case Checked.Invalid<GatewayConfig> _ ->
                            new PolicyTests.Around(
                                    Set.of(), ExampleLook.ofNobody(), Optional.empty());
                };
        Checked<List<PolicyTest>> tests = PolicyTests.load(folder, around);
        List<ConfigError> errors = new ArrayList<>(configuration.problems());
        errors.addAll(tests.problems());
        List<ConfigError> warnings =
                configuration instanceof Checked.Valid<Configuration>(Configuration valid)
                        ? warnings(folder, valid)
                        : List.of();
        if (arguments.has("json")) {
            console.line(Json.check(errors, warnings));
            return errors.isEmpty() ? OK : FAILED;
        }
        if (configuration instanceof Checked.Valid<Configuration>(Configuration valid)
                && tests instanceof Checked.Valid<List<PolicyTest>>(List<PolicyTest> cases)) {
            console.line(
                    console.good("No mistakes")
                            + " in %s: %s, %s, %s."
                                    .formatted(
                                            folder,
                                            count(valid.policy().rules().size(), "rule"),
                                            count(valid.people().all().size(), "clinician"),
                                            count(cases.size(), "policy test")));
            if (!warnings.isEmpty()) {
                console.line(count(warnings.size(), "warning") + ":");
                console.line("");
                Mistakes.show(console, warnings);
            }
            return OK;
        }
        Mistakes.show(console, errors);
        long files = errors.stream().map(ConfigError::file).distinct().count();
        String what = count(errors.size(), "mistake") + " in " + count(files, "file") + ". ";
        console.error(
                configuration.problems().isEmpty()
                        ? what + "They are in the policy tests alone; a gateway would start."
                        : what + "A gateway does not start so; a running one keeps what it has.");
        return FAILED;
    }

    private static List<ConfigError> warnings(Path folder, Configuration valid) {
        List<ConfigError> warnings = new ArrayList<>(PolicyWarnings.in(folder, valid));
        warnings.addAll(Configuration.warnings(folder));
        // Nothing is wrong with what they say, only with who may write them.
        Configuration.toServe(folder).problems().stream()
                .map(it ->
                        new ConfigError(
                                it.place(), "no gateway starts, as " + it.text(), it.suggestion()))
                .forEach(warnings::add);
        OwnKeys.partners(valid.gateway(), folder).problems().stream()
                .filter(PartnerDirectory.Problem::isOpen)
                .map(problem ->
                        new ConfigError(
                                Place.whole(
                                        folder.resolve("partners/" + problem.file()).toString()),
                                problem.sentence(),
                                null))
                .forEach(warnings::add);
        return warnings;
    }

    private static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
