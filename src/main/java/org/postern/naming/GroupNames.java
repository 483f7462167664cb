package org.postern.naming;

import java.util.Optional;
import org.postern.yaml.Parsed;
import org.postern.yaml.YamlNode;

/// Which groups rules may name: what stands in `gateway.yaml` about the clinic's directory.
@FunctionalInterface
public interface GroupNames {
    /// Of one group.
    static final int CHARACTERS_MAX = 400;

    /// What is wrong with a name.
    ///
    /// @param problem for people
    /// @param suggestion what to do about it
    record Unknown(String problem, String suggestion) {}

    /// @return empty if a directory can be asked about it
    Optional<Unknown> unknown(String word);

    /// Where it is not known what stands there, as in a folder of rules alone.
    static GroupNames any() {
        return _ -> Optional.empty();
    }

    /// A name, or a distinguished name (RFC 4514).
    default Parsed<String> read(YamlNode.Text text) {
        return Values.line(CHARACTERS_MAX)
                .apply(text)
                .then(word ->
                        unknown(word)
                                .<Parsed<String>>map(
                                        it -> Parsed.bad(it.problem(), it.suggestion()))
                                .orElseGet(() -> Parsed.good(word)));
    }
}
