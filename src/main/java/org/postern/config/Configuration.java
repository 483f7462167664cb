package org.postern.config;

import java.nio.file.Path;
import java.util.Optional;
import org.postern.policy.Policy;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigErrors;

/// The whole configuration folder, read in one run.
public record Configuration(GatewayConfig gateway, Policy policy) {
    /// Reads all files and finds all errors. One error anywhere refuses everything: a gateway with
    /// half a configuration does not start.
    public static Checked<Configuration> load(Path folder) {
        ConfigErrors errors = new ConfigErrors();
        ConfigFolder files = new ConfigFolder(folder);
        Optional<GatewayConfig> gateway =
                files.yaml(GatewayReader.FILE, errors)
                        .flatMap(root -> new GatewayReader(folder, errors).read(root));
        Optional<Policy> policy = policy(files, errors);
        return Checked.of(gateway.flatMap(g -> policy.map(p -> new Configuration(g, p))), errors);
    }

    static Optional<Policy> policy(ConfigFolder files, ConfigErrors errors) {
        return files.yaml(PolicyReader.FILE, errors)
                .flatMap(root -> new PolicyReader(errors).read(root));
    }
}
