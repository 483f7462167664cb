package org.postern.roster;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Parsed;
import org.postern.yaml.Place;
import org.postern.yaml.YamlNode;

/// The list files that one reading of the policy asks for, each read once. For one thread.
public final class Rosters {
    /// Forward slashes, no dot in front: nothing that leads out of the folder or to hidden files.
    private static final Pattern NAME =
            Pattern.compile(
                    "[\\p{L}\\p{N}_-][\\p{L}\\p{N}._-]*(/[\\p{L}\\p{N}_-][\\p{L}\\p{N}._-]*)*");

    private static final int NAME_CHARACTERS_MAX = 100;

    private final Files files;
    private final Map<String, Optional<Roster>> read = new HashMap<>();

    /// The folder in which lists lie.
    public interface Files {
        /// The text of a file; empty with an error noted.
        Optional<String> text(String name, ConfigErrors errors);

        /// Its name in messages.
        String shown(String name);
    }

    public Rosters(Files files) {
        this.files = files;
    }

    /// A folder without lists.
    public static Rosters none() {
        return new Rosters(
                new Files() {
                    @Override
                    public Optional<String> text(String name, ConfigErrors errors) {
                        errors.add(Place.whole(name), "there are no lists here", null);
                        return Optional.empty();
                    }

                    @Override
                    public String shown(String name) {
                        return name;
                    }
                });
    }

    /// The name of a list file, within the folder of the policy.
    public static Parsed<String> name(YamlNode.Text text) {
        return isName(text.value())
                ? Parsed.good(text.value())
                : Parsed.bad(
                        "\"" + text.value() + "\" is not the name of a list",
                        "write it like lists/partners.txt, within the folder of the policy");
    }

    /// Whether it names a file within a folder, by its letters alone.
    public static boolean isName(String name) {
        return name.length() <= NAME_CHARACTERS_MAX && NAME.matcher(name).matches();
    }

    /// The list of a name; empty with errors noted, once for each file.
    public Optional<Roster> of(String name, ConfigErrors errors) {
        Optional<Roster> known = read.get(name);
        if (known == null) {
            known =
                    files.text(name, errors)
                            .flatMap(text -> Roster.read(files.shown(name), text, errors));
            read.put(name, known);
        }
        return known;
    }
}
