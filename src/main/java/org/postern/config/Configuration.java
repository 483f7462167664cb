package org.postern.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.language.Language;
import org.postern.language.LanguageFile;
import org.postern.language.LanguageFile.Problem;
import org.postern.language.LanguageFile.Read;
import org.postern.language.Languages;
import org.postern.mail.Domain;
import org.postern.naming.GroupNames;
import org.postern.policy.Policy;
import org.postern.roster.Rosters;
import org.postern.variable.Variables;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigError;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Place;

/// The whole configuration folder, read in one run.
public record Configuration(
        GatewayConfig gateway,
        Policy policy,
        People people,
        Languages languages,
        NoticeTemplates notices) {
    /// The file of the rules, in the configuration folder.
    public static final String POLICY = PolicyReader.FILE;

    private static final String LANGUAGES = "languages";
    private static final String LANGUAGE_SUFFIX = ".properties";

    /// Reads all files and finds all errors. One error anywhere refuses everything: a gateway with
    /// half a configuration does not start.
    public static Checked<Configuration> load(Path folder) {
        return load(new ConfigFolder(folder));
    }

    /// The same for a gateway that starts: what others in its group may write is an error too.
    public static Checked<Configuration> toServe(Path folder) {
        return load(ConfigFolder.inForce(folder));
    }

    private static Checked<Configuration> load(ConfigFolder files) {
        ConfigErrors errors = new ConfigErrors();
        Optional<GatewayConfig> gateway = gateway(files, errors);
        // Where the other file has mistakes, nobody knows which groups there are.
        GroupNames groups =
                gateway.map(g -> DirectoryReader.known(Optional.ofNullable(g.site().groups())))
                        .orElse(GroupNames.any());
        Optional<Policy> policy = policy(files, groups, errors);
        Set<Domain> own = gateway.map(g -> g.site().domains()).orElse(Set.of());
        Optional<People> people = new PeopleReader(files, own, errors).read();
        Languages languages = languages(files, errors, new ArrayList<>());
        Optional<NoticeTemplates> notices = NoticeTemplates.read(files, languages, errors);
        files.demandStill(errors);
        return Checked.of(
                gateway.flatMap(g ->
                        policy.flatMap(p ->
                                people.flatMap(who ->
                                        notices.map(n ->
                                                new Configuration(
                                                        g,
                                                        p,
                                                        who,
                                                        languages.calling(g.clinic().phone()),
                                                        n))))),
                errors);
    }

    /// English, Spanish, and one language for each file `languages/TAG.properties`.
    ///
    /// @param warnings takes what is said in English instead
    private static Languages languages(
            ConfigFolder files, ConfigErrors errors, List<ConfigError> warnings) {
        Languages languages = Languages.shipped();
        for (String file : files.list(LANGUAGES, List.of(LANGUAGE_SUFFIX), errors)) {
            String name = file.substring(LANGUAGES.length() + 1);
            String tag = name.substring(0, name.length() - LANGUAGE_SUFFIX.length());
            if (!Language.isTag(tag) || Languages.shipped().of(tag).isPresent()) {
                errors.add(
                        Place.whole(files.shown(file)),
                        "the file is not named after a further language",
                        "such as ar.properties; en and es are part of Postern");
                continue;
            }
            Optional<String> text = files.text(file, errors);
            if (text.isPresent()) {
                switch (LanguageFile.read(tag, text.get())) {
                    case Read.Whole(var texts, List<String> later) -> {
                        languages = languages.with(texts);
                        later.forEach(key ->
                                warnings.add(
                                        new ConfigError(
                                                Place.whole(files.shown(file)),
                                                key + " is missing, so it is said in English",
                                                "translate it: src/docs/languages.md")));
                    }
                    case Read.Refused(List<Problem> problems) ->
                            problems.forEach(it ->
                                    errors.add(
                                            place(files.shown(file), text.get(), it),
                                            it.key() + " " + it.what(),
                                            null));
                }
            }
        }
        return languages;
    }

    /// What the clinic's own languages lack since an update of Postern, which is said in English
    /// until then, and variables that nothing refers to.
    public static List<ConfigError> warnings(Path folder) {
        List<ConfigError> warnings = new ArrayList<>();
        languages(new ConfigFolder(folder), new ConfigErrors(), warnings);
        warnings.addAll(unused(new ConfigFolder(folder)));
        return warnings;
    }

    private static Place place(String file, String text, Problem problem) {
        return problem.line() == 0
                ? Place.whole(file)
                : Place.in(file, text.split("\r\n|\n", -1), problem.line(), 1);
    }

    /// Reads `gateway.yaml` alone, for commands that must work while other files have mistakes.
    public static Checked<GatewayConfig> gateway(Path folder) {
        ConfigErrors errors = new ConfigErrors();
        return Checked.of(gateway(new ConfigFolder(folder), errors), errors);
    }

    /// Reads `policy.yaml` and its lists alone, to compare it with another. Names of groups are
    /// checked where it is known which there are.
    public static Checked<Policy> policy(Path folder) {
        ConfigErrors errors = new ConfigErrors();
        GroupNames groups = groups(folder).orElse(GroupNames.any());
        return Checked.of(policy(new ConfigFolder(folder), groups, errors), errors);
    }

    /// Whether it is known which groups a policy of this folder may name: a `gateway.yaml` without
    /// a mistake lies beside it.
    public static boolean knowsGroups(Path folder) {
        return groups(folder).isPresent();
    }

    private static Optional<GroupNames> groups(Path folder) {
        return switch (gateway(folder)) {
            case Checked.Valid<GatewayConfig>(GatewayConfig gateway) ->
                    Optional.of(
                            DirectoryReader.known(Optional.ofNullable(gateway.site().groups())));
            case Checked.Invalid<GatewayConfig> _ -> Optional.empty();
        };
    }

    static Optional<GatewayConfig> gateway(ConfigFolder files, ConfigErrors errors) {
        return files.yaml(GatewayReader.FILE, errors)
                .flatMap(root -> new GatewayReader(files.path(), errors).read(root));
    }

    static Optional<Policy> policy(ConfigFolder files, GroupNames groups, ConfigErrors errors) {
        Variables variables = variables(files, errors);
        return files.yaml(PolicyReader.FILE, errors)
                .flatMap(root ->
                        new PolicyReader(errors, new Rosters(lists(files)), groups, variables)
                                .read(root));
    }

    private static Variables variables(ConfigFolder files, ConfigErrors errors) {
        return files.isMissing(Variables.FILE)
                ? Variables.none(errors)
                : files.yaml(Variables.FILE, errors)
                        .map(root -> Variables.read(root, errors))
                        .orElseGet(() -> Variables.broken(errors));
    }

    /// The variables that no rule and no setting refers to.
    private static List<ConfigError> unused(ConfigFolder files) {
        ConfigErrors errors = new ConfigErrors();
        Variables variables = variables(files, errors);
        files.yaml(PolicyReader.FILE, errors).ifPresent(variables::in);
        return errors.count() == 0 ? variables.unused() : List.of();
    }

    private static Rosters.Files lists(ConfigFolder files) {
        return new Rosters.Files() {
            @Override
            public Optional<String> text(String name, ConfigErrors errors) {
                return files.text(name, errors);
            }

            @Override
            public String shown(String name) {
                return files.shown(name);
            }
        };
    }
}
