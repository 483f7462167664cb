package org.postern.config;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.postern.mail.Domain;
import org.postern.policy.Policy;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigErrors;

/// The whole configuration folder, read in one run.
public record Configuration(
        GatewayConfig gateway, Policy policy, People people, NoticeTemplates notices) {
    /// Reads all files and finds all errors. One error anywhere refuses everything: a gateway with
    /// half a configuration does not start.
    public static Checked<Configuration> load(Path folder) {
        ConfigErrors errors = new ConfigErrors();
        ConfigFolder files = new ConfigFolder(folder);
        Optional<GatewayConfig> gateway = gateway(files, errors);
        Optional<Policy> policy = policy(files, errors);
        Set<Domain> own = gateway.map(g -> g.site().domains()).orElse(Set.of());
        Optional<People> people = new PeopleReader(files, own, errors).read();
        Optional<NoticeTemplates> notices = NoticeTemplates.read(files, errors);
        return Checked.of(
                gateway.flatMap(g ->
                        policy.flatMap(p ->
                                people.flatMap(
                                        who -> notices.map(n -> new Configuration(g, p, who, n))))),
                errors);
    }

    /// Reads `gateway.yaml` alone, for commands that must work while other files have mistakes.
    public static Checked<GatewayConfig> gateway(Path folder) {
        ConfigErrors errors = new ConfigErrors();
        return Checked.of(gateway(new ConfigFolder(folder), errors), errors);
    }

    static Optional<GatewayConfig> gateway(ConfigFolder files, ConfigErrors errors) {
        return files.yaml(GatewayReader.FILE, errors)
                .flatMap(root -> new GatewayReader(files.path(), errors).read(root));
    }

    static Optional<Policy> policy(ConfigFolder files, ConfigErrors errors) {
        return files.yaml(PolicyReader.FILE, errors)
                .flatMap(root -> new PolicyReader(errors).read(root));
    }
}
