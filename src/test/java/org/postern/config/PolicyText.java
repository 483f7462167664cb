package org.postern.config;

import java.util.Optional;
import org.postern.policy.Policy;
import org.postern.testkit.Accepted;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.YamlParser;

/// Policies written in tests as in a policy file.
public final class PolicyText {
    private PolicyText() {}

    /// @throws AssertionError if the text is no policy
    public static Policy policy(String yaml) {
        return Accepted.value(read(yaml));
    }

    static Checked<Policy> read(String yaml) {
        ConfigErrors errors = new ConfigErrors();
        Optional<Policy> policy =
                YamlParser.parse("policy.yaml", yaml, errors)
                        .flatMap(root -> new PolicyReader(errors).read(root));
        return Checked.of(policy, errors);
    }
}
