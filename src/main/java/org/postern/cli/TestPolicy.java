package org.postern.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.config.PolicyTests;
import org.postern.facts.Phi;
import org.postern.mail.Domain;
import org.postern.policy.Explanation;
import org.postern.policy.Policy;
import org.postern.policy.PolicyTest;
import org.postern.policy.Rule;
import org.postern.specimen.ExampleLook;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;

/// `test-policy`: runs the clinic's own examples through the policy.
public final class TestPolicy implements Command {
    private final Console console;

    public TestPolicy(Console console) {
        this.console = console;
    }

    @Override
    public String name() {
        return "test-policy";
    }

    @Override
    public String summary() {
        return "runs the examples in tests/ through the policy";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                "",
                """
                Takes every example in tests/*.yaml of the configuration folder, asks the policy
                what it would decide, and shows where that differs from what the example
                expects, and why. An example may name a message, a file beside it. Then it shows
                which rules no example reaches. No mail is sent. Exit code 1 if one differs.\
                """);
    }

    @Override
    public int run(Arguments arguments) throws UsageException {
        arguments.atMostWords(0);
        return switch (Configuration.load(arguments.config())) {
            case Checked.Invalid<Configuration>(List<ConfigError> errors) -> refused(errors);
            case Checked.Valid<Configuration>(Configuration valid) ->
                    switch (PolicyTests.load(
                            arguments.config(),
                            around(valid.gateway(), Optional.of(valid.policy())))) {
                        case Checked.Invalid<List<PolicyTest>>(List<ConfigError> errors) ->
                                refused(errors);
                        case Checked.Valid<List<PolicyTest>>(List<PolicyTest> tests) ->
                                run(valid.policy(), tests);
                    };
        };
    }

    /// What examples rest on besides their own words.
    static PolicyTests.Around around(GatewayConfig gateway, Optional<Policy> policy) {
        Set<Domain> own = gateway.site().domains();
        Phi.RecordForms forms = policy.map(Policy::recordForms).orElse(Phi.RecordForms.NONE);
        return new PolicyTests.Around(
                own, new ExampleLook(own, gateway.site().hostname(), forms), policy);
    }

    private int refused(List<ConfigError> errors) {
        Mistakes.show(console, errors);
        console.error("Mend these first; no example was run.");
        return FAILED;
    }

    private int run(Policy policy, List<PolicyTest> tests) {
        Map<String, Integer> decided = new TreeMap<>();
        int failed = 0;
        for (PolicyTest test : tests) {
            PolicyTest.Result result = test.run(policy);
            Stream.concat(result.rules().stream(), result.observed().stream())
                    .distinct()
                    .forEach(rule -> decided.merge(rule, 1, Integer::sum));
            failed += result.passed() ? 0 : 1;
            show(result);
        }
        console.line("");
        showCoverage(policy, decided);
        console.line("");
        String all = tests.size() + (tests.size() == 1 ? " example" : " examples");
        console.line(
                failed == 0
                        ? console.good(all + ", all as expected.")
                        : console.bad(all + ", " + failed + " not as expected."));
        return failed == 0 ? OK : FAILED;
    }

    private void show(PolicyTest.Result result) {
        if (result.passed()) {
            console.line(console.good("ok    ") + result.test().name());
            return;
        }
        console.line(console.bad("DIFF  ") + console.strong(result.test().name()));
        console.line("      " + console.faint(result.test().place()));
        for (PolicyTest.Difference difference : result.differences()) {
            console.line("      " + difference.recipient());
            console.line("        " + console.good("expected  ") + difference.expected());
            console.line("        " + console.bad("decided   ") + difference.decided());
            for (Explanation.Step step : difference.why()) {
                console.line(
                        console.faint(
                                "        \"%s\" asked: %s"
                                        .formatted(step.rule().name(), step.reading().sentence())));
            }
        }
    }

    private void showCoverage(Policy policy, Map<String, Integer> decided) {
        console.line("Rule, and in how many examples it decides:");
        int width =
                policy.rules().stream().map(Rule::name).mapToInt(String::length).max().orElse(0);
        for (Rule rule : policy.rules()) {
            int count = decided.getOrDefault(rule.name(), 0);
            String shown = count > 0 ? String.valueOf(count) : console.bad("none: add an example");
            String observed = rule.observed() ? " (observed: it would decide)" : "";
            console.line(
                    "  "
                            + rule.name()
                            + " ".repeat(width - rule.name().length())
                            + "  "
                            + shown
                            + observed);
        }
        for (String noRule : List.of(Policy.NO_RULE, PolicyTest.BEFORE_RULES)) {
            int undecided = decided.getOrDefault(noRule, 0);
            if (undecided > 0) {
                console.line("  " + noRule + "  " + undecided);
            }
        }
    }
}
