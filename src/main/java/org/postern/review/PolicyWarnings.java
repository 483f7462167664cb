package org.postern.review;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postern.config.ConfigFolder;
import org.postern.config.Configuration;
import org.postern.facts.Phi;
import org.postern.yaml.ConfigError;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Place;
import org.postern.yaml.YamlNode;

/// What [PolicyReview] found, each at the place of its rule or setting in the file. Warnings stop
/// nothing.
public final class PolicyWarnings {
    /// A year, a postal code, a telephone number, a date, an amount.
    private static final List<String> ORDINARY =
            List.of("2026", "94110", "555-010-0199", "12/24/2026", "1250", "(555) 010-0199");

    private PolicyWarnings() {}

    /// @param configuration as it was read from this folder
    public static List<ConfigError> in(Path folder, Configuration configuration) {
        ConfigFolder files = new ConfigFolder(folder);
        Place whole = Place.whole(files.shown(Configuration.POLICY));
        List<ConfigError> warnings = new ArrayList<>();
        warnings.addAll(
                at(
                        places(folder, "settings"),
                        whole,
                        PolicyReview.of(configuration.policy().settings(), around(configuration))));
        warnings.addAll(at(places(folder), whole, remarks(configuration)));
        warnings.addAll(wideForms(configuration.policy().recordForms(), whole));
        return warnings;
    }

    /// Forms that take a number of every day for that of a patient.
    private static List<ConfigError> wideForms(Phi.RecordForms forms, Place whole) {
        List<ConfigError> warnings = new ArrayList<>();
        for (String form : forms.expressions()) {
            Phi.RecordForms one = new Phi.RecordForms(List.of(form));
            Optional<String> taken =
                    ORDINARY.stream()
                            .filter(each -> {
                                AtomicBoolean found = new AtomicBoolean();
                                one.in(each, _ -> found.set(true));
                                return found.get();
                            })
                            .findFirst();
            taken.ifPresent(each ->
                    warnings.add(
                            new ConfigError(
                                    whole,
                                    "by the form \"%s\" of record numbers %s is a patient's"
                                            .formatted(form, each),
                                    "write what stands before the number into the form as well")));
        }
        return warnings;
    }

    /// The file may have been edited since it was read.
    private static List<ConfigError> at(
            List<Place> places, Place whole, List<PolicyReview.Remark> remarks) {
        return remarks.stream()
                .map(remark ->
                        new ConfigError(
                                remark.rule() < places.size() ? places.get(remark.rule()) : whole,
                                remark.text(),
                                remark.suggestion()))
                .toList();
    }

    private static PolicyReview.Around around(Configuration configuration) {
        List<String> languages =
                configuration.notices().languages().stream().map(Locale::getLanguage).toList();
        return new PolicyReview.Around(configuration.gateway().pickup().keep(), languages);
    }

    private static List<PolicyReview.Remark> remarks(Configuration configuration) {
        List<PolicyReview.Remark> remarks =
                new ArrayList<>(PolicyReview.of(configuration.policy()));
        remarks.addAll(PolicyReview.of(configuration.policy(), around(configuration)));
        remarks.addAll(
                JournalReview.of(configuration.policy(), configuration.gateway().site().domains()));
        remarks.sort(Comparator.comparingInt(PolicyReview.Remark::rule));
        return remarks;
    }

    /// Where each rule of a folder's policy stands, in their order.
    public static List<Place> places(Path folder) {
        return places(folder, "rules");
    }

    private static List<Place> places(Path folder, String part) {
        return new ConfigFolder(folder)
                .yaml(Configuration.POLICY, new ConfigErrors())
                .map(root -> entries(root, part))
                .orElse(List.of());
    }

    private static List<Place> entries(YamlNode root, String part) {
        return value(root, part)
                .filter(YamlNode.Listing.class::isInstance)
                .map(list -> ((YamlNode.Listing) list).items())
                .orElse(List.of())
                .stream()
                .map(each -> value(each, "name").map(YamlNode::place).orElse(each.place()))
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
