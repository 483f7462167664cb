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
    private static final String FOLDER = "folder";

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

    /// The same of a folder, or of the first in it.
    ///
    /// @param folder with its slash
    public Optional<String> openBelow(String folder) {
        return all.keySet().stream()
                .filter(name -> name.startsWith(folder))
                .flatMap(name -> open(name).stream())
                .findFirst();
    }

    /// The same of a file of `pinned/`, that folder, or the one that holds it.
    public Optional<String> openPin(String file) {
        return file.startsWith(PINNED)
                ? Stream.of(file, PINNED, "").flatMap(name -> open(name).stream()).findFirst()
                : Optional.empty();
    }
}
