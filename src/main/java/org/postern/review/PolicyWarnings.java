package org.postern.review;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.config.ConfigFolder;
import org.postern.config.Configuration;
import org.postern.yaml.ConfigError;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Place;
import org.postern.yaml.YamlNode;

/// What [PolicyReview] found, each at its rule's place in the file. Warnings stop nothing.
public final class PolicyWarnings {
    private PolicyWarnings() {}

    /// @param configuration as it was read from this folder
    public static List<ConfigError> in(Path folder, Configuration configuration) {
        ConfigFolder files = new ConfigFolder(folder);
        List<Place> places = places(folder);
        List<ConfigError> warnings = new ArrayList<>();
        for (PolicyReview.Remark remark : remarks(configuration)) {
            // The file may have been edited since it was read.
            Place place =
                    remark.rule() < places.size()
                            ? places.get(remark.rule())
                            : Place.whole(files.shown(Configuration.POLICY));
            warnings.add(new ConfigError(place, remark.text(), remark.suggestion()));
        }
        return warnings;
    }

    private static List<PolicyReview.Remark> remarks(Configuration configuration) {
        List<String> languages =
                configuration.notices().languages().stream().map(Locale::getLanguage).toList();
        PolicyReview.Around around =
                new PolicyReview.Around(configuration.gateway().pickup().keep(), languages);
        List<PolicyReview.Remark> remarks =
                new ArrayList<>(PolicyReview.of(configuration.policy()));
        remarks.addAll(PolicyReview.of(configuration.policy(), around));
        remarks.sort(Comparator.comparingInt(PolicyReview.Remark::rule));
        return remarks;
    }

    /// Where each rule of a folder's policy stands, in their order.
    public static List<Place> places(Path folder) {
        return new ConfigFolder(folder)
                .yaml(Configuration.POLICY, new ConfigErrors())
                .map(PolicyWarnings::rules)
                .orElse(List.of());
    }

    private static List<Place> rules(YamlNode root) {
        return value(root, "rules")
                .filter(YamlNode.Listing.class::isInstance)
                .map(list -> ((YamlNode.Listing) list).items())
                .orElse(List.of())
                .stream()
                .map(rule -> value(rule, "name").map(YamlNode::place).orElse(rule.place()))
                .toList();
    }

    private static Optional<YamlNode> value(YamlNode node, String key) {
        if (!(node instanceof YamlNode.Mapping(_, var entries, _))) {
            return Optional.empty();
        }
        return entries.stream()
                .filter(entry -> entry.key().value().equals(key))
                .map(YamlNode.Entry::value)
                .findFirst();
    }
}
