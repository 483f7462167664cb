package org.postern.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.folder.Editors;
import org.postern.folder.Prints;
import org.postern.folder.Writers;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Place;
import org.postern.yaml.YamlNode;
import org.postern.yaml.YamlParser;

/// The folder that IT edits. It hands out a file only if nobody else can have written it: a file
/// that everyone may write, or a link that leads out of the folder, is an error. Where mail goes by
/// what it says ([#inForce]), so is what a group may write of which nobody has said that it may
/// ([Editors]). It is for one reading, and remembers how the files were that it was asked for.
public final class ConfigFolder {
    /// A configuration file is written by people.
    public static final int FILE_OCTETS_MAX = 1 << 20;

    private final Path folder;
    private final boolean inForce;
    private final Prints prints = new Prints();

    /// One that is looked at, and no mail goes by it: a clone may be as its user's umask made it.
    ///
    /// @param folder as the operator named it; messages name files in the same way
    public ConfigFolder(Path folder) {
        this(folder, false);
    }

    private ConfigFolder(Path folder, boolean inForce) {
        this.folder = folder;
        this.inForce = inForce;
    }

    /// One by which mail goes from now on, so that nobody else may have a hand in it.
    static ConfigFolder inForce(Path folder) {
        return new ConfigFolder(folder, true);
    }

    /// The folder as the operator named it.
    public Path path() {
        return folder;
    }

    /// How the files were that were asked for so far.
    Prints prints() {
        return prints;
    }

    /// Notes an error if a file changed while this reading was under way.
    void demandStill(ConfigErrors errors) {
        if (!prints.stand()) {
            errors.add(
                    Place.whole(folder.toString()),
                    "a file here changed while it was read",
                    "wait until it is written, and try again");
        }
    }

    /// A file's name in messages.
    public String shown(String name) {
        return folder.resolve(name).toString();
    }

    /// Whether a name that a file gives leads to something in this folder, and not out of it.
    boolean holds(String name) {
        try {
            Path file = folder.resolve(name).normalize();
            return file.startsWith(folder.normalize()) && Files.isRegularFile(file);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /// The names of the files of a folder within this one, sorted, as `folder/name`.
    ///
    /// @param suffixes the ends of names that count
    public List<String> list(String within, List<String> suffixes, ConfigErrors errors) {
        Path place = folder.resolve(within);
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> suffixes.stream().anyMatch(name::endsWith))
                    .filter(name -> !name.startsWith("."))
                    .map(name -> within + "/" + name)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            errors.add(Place.whole(shown(within)), "the folder cannot be read", reason(e));
            return List.of();
        }
    }

    /// Whether there is no such file, for one that need not be there. That it comes is a change.
    boolean isMissing(String name) {
        Path file = folder.resolve(name);
        // What lies behind a link that leads nowhere is missing by mistake.
        boolean missing = !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        if (missing) {
            prints.begin(file);
        }
        return missing;
    }

    /// Reads a YAML file.
    ///
    /// @return empty with an error noted
    public Optional<YamlNode> yaml(String name, ConfigErrors errors) {
        return text(name, errors).flatMap(text -> YamlParser.parse(shown(name), text, errors));
    }

    /// Reads a text file, which must be UTF-8.
    ///
    /// @return empty with an error noted
    Optional<String> text(String name, ConfigErrors errors) {
        return octets(name, errors).flatMap(octets -> decode(name, octets, errors));
    }

    /// Reads a file of at most [#FILE_OCTETS_MAX] octets.
    ///
    /// @return empty with an error noted
    Optional<byte[]> octets(String name, ConfigErrors errors) {
        return octets(name, FILE_OCTETS_MAX, errors);
    }

    /// Reads a file.
    ///
    /// @param most octets; a longer one is an error
    /// @return empty with an error noted
    Optional<byte[]> octets(String name, int most, ConfigErrors errors) {
        Path file = folder.resolve(name);
        Place place = Place.whole(shown(name));
        prints.begin(file);
        try {
            if (!Files.exists(file)) {
                errors.add(place, "the file is missing", missingHint(name));
                return Optional.empty();
            }
            Path real = file.toRealPath();
            if (!real.startsWith(folder.toRealPath())) {
                errors.add(
                        place,
                        "the file is a link that leads out of the configuration folder",
                        "put the file itself here");
                return Optional.empty();
            }
            if (!Files.isRegularFile(real)) {
                errors.add(place, "this is not a file", null);
                return Optional.empty();
            }
            if (anyoneCanWrite(real, errors)) {
                return Optional.empty();
            }
            Optional<byte[]> octets = bounded(real, most, place, errors);
            octets.ifPresent(it -> prints.took(file, it));
            return octets;
        } catch (IOException e) {
            errors.add(place, "the file cannot be read", reason(e));
            return Optional.empty();
        }
    }

    private static Optional<byte[]> bounded(Path file, int most, Place place, ConfigErrors errors)
            throws IOException {
        byte[] octets;
        try (var in = Files.newInputStream(file)) {
            octets = in.readNBytes(most + 1);
        }
        if (octets.length > most) {
            errors.add(place, "the file has more than " + most + " octets", null);
            return Optional.empty();
        }
        return Optional.of(octets);
    }

    /// Looks at the file and at all folders between it and the configuration folder.
    private boolean anyoneCanWrite(Path real, ConfigErrors errors) throws IOException {
        Path top = folder.toRealPath();
        boolean open = inForce && othersInGroupCanWrite(real, top, errors);
        for (Path path = real; path != null && path.startsWith(top); path = path.getParent()) {
            if (Writers.everybodyMay(path)) {
                Path shown = folder.resolve(top.relativize(path)).normalize();
                errors.add(
                        Place.whole(shown.toString()),
                        "everyone on this machine may write this " + kind(path),
                        "run: chmod o-w " + shown);
                open = true;
            }
        }
        return open;
    }

    /// The same, and the folder that holds the configuration folder.
    private boolean othersInGroupCanWrite(Path real, Path top, ConfigErrors errors)
            throws IOException {
        Editors editors = new Editors(folder);
        boolean open = false;
        Optional<String> above = editors.faultAbove();
        if (above.isPresent()) {
            errors.add(
                    Place.whole(folder.toString()),
                    "others may write the folder that holds this one, and so put another one here",
                    above.get());
            open = true;
        }
        for (Path path = real; path != null && path.startsWith(top); path = path.getParent()) {
            Optional<String> group = editors.fault(path);
            if (group.isPresent()) {
                Path shown = folder.resolve(top.relativize(path)).normalize();
                errors.add(
                        Place.whole(shown.toString()),
                        "others in its group may write this " + kind(path),
                        group.get());
                open = true;
            }
        }
        return open;
    }

    private static String kind(Path path) {
        return Files.isDirectory(path) ? "folder" : "file";
    }

    private Optional<String> decode(String name, byte[] octets, ConfigErrors errors) {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString());
        } catch (CharacterCodingException e) {
            errors.add(
                    Place.whole(shown(name)),
                    "the file is not UTF-8 text",
                    "save it as UTF-8 in your editor");
            return Optional.empty();
        }
    }

    /// What lies in a folder of its own is the clinic's, and nothing like it was shipped.
    private String missingHint(String name) {
        if (!Files.isDirectory(folder)) {
            return "there is no folder " + folder + "; name it with --config";
        }
        return name.contains("/")
                ? "make it, or name another one"
                : "restore it from the shipped policy-config/";
    }

    private static String reason(IOException e) {
        return "the system says: " + e.getClass().getSimpleName() + " " + e.getMessage();
    }
}
