package org.postern.folder;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// How the files of the partners' folder are, those in `pinned/` and `anchors/` as well: name, size
/// and time of change of each, and how others may change it. Two of them differ once the folder's
/// content does.
///
/// @param all by name below the folder, as in [Census]
public record PartnerStates(Map<String, String> all) {
    private static final String PINNED = "pinned/";
    private static final String ANCHORS = "anchors/";

    /// The state of a folder of authorities for one domain that nobody else may change.
    public static final String FOLDER = "folder";

    /// @param most files that are looked at
    public static PartnerStates of(Path folder, int most) {
        Map<String, String> all = new TreeMap<>();
        for (String below : List.of("", PINNED, ANCHORS)) {
            if (Files.isDirectory(folder.resolve(below)) && !Census.isOpen(all.get(""))) {
                Census.files(all, folder, below, most);
            }
        }
        boolean open = Census.isOpen(all.get("")) || Census.isOpen(all.get(PINNED));
        if (open && Files.isDirectory(folder.resolve(PINNED))) {
            // Whom they are of is known all the same, and nobody else takes their place.
            Census.filesOfOpen(all, folder, PINNED, most);
        }
        if (!Census.isOpen(all.get("")) && !Census.isOpen(all.get(ANCHORS))) {
            domains(all, folder, most);
        }
        return new PartnerStates(all);
    }

    private static void domains(Map<String, String> all, Path folder, int most) {
        try (DirectoryStream<Path> domains =
                Files.newDirectoryStream(folder.resolve(ANCHORS), Files::isDirectory)) {
            for (Path domain : domains) {
                String below = ANCHORS + domain.getFileName() + "/";
                all.put(below, FOLDER);
                // If others may change it, that takes the place.
                Census.files(all, folder, below, most);
            }
        } catch (NoSuchFileException _) {
            // Then there are no anchors at all.
        } catch (IOException | DirectoryIteratorException e) {
            all.put(ANCHORS, Census.UNREADABLE);
        }
    }

    /// How others may change a file or a folder; empty where they may not.
    public Optional<String> open(String name) {
        return Optional.ofNullable(all.get(name))
                .filter(Census::isOpen)
                .map(state -> state.substring(Census.OPEN.length()));
    }

    /// Whether this is the folder of authorities for one domain.
    public boolean isDomainFolder(String name) {
        return all.getOrDefault(name, "").equals(FOLDER)
                || (open(name).isPresent()
                        && name.startsWith(ANCHORS)
                        && !name.equals(ANCHORS)
                        && name.endsWith("/"));
    }

    /// Whether a name is that of a file, and not of a folder or of all that is in one.
    public static boolean isFile(String name) {
        return !name.isEmpty() && !name.endsWith("/") && !name.endsWith("*");
    }

    /// The same of a folder, or of the first in it.
    ///
    /// @param folder with its slash
    public Optional<String> openBelow(String folder) {
        return all.keySet().stream()
                .filter(name -> name.startsWith(folder))
                .flatMap(name -> open(name).stream())
                .findFirst();
    }

    /// Why there may be certificates of anybody that are not looked at; empty where all are.
    ///
    /// @param most files that are looked at
    public Optional<String> hidden(int most) {
        if (all.size() >= most) {
            return Optional.of("it holds too many files; %d are read".formatted(most));
        }
        return Stream.of("", PINNED)
                .filter(below -> Census.UNREADABLE.equals(all.get(below + "*")))
                .findFirst()
                .map(below -> "the gateway's user cannot read the folder partners/" + below);
    }

    /// The same of a file of `pinned/`, that folder, or the one that holds it.
    public Optional<String> openPin(String file) {
        return file.startsWith(PINNED)
                ? Stream.of(file, PINNED, "").flatMap(name -> open(name).stream()).findFirst()
                : Optional.empty();
    }
}
