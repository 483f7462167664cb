package org.postern.beside;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.postern.cabinet.Cabinet.Listed;
import org.postern.grammar.FolderName;
import org.postern.upstream.RemoteFolder;

/// Names under which folders of the clinic's server are shown.
final class ShownName {
    private static final char SEPARATOR = '/';

    /// Parts of a name, as of one in the secure mailbox. A level is told for each of them, so a
    /// server that makes names of nothing but levels would fill the memory.
    static final int DEPTH_MAX = 10;

    private ShownName() {}

    /// @param top the folder above them
    /// @return empty for one that cannot be shown
    static Optional<String> of(String top, RemoteFolder folder) {
        char delimiter = folder.delimiter();
        return FolderName.read(folder.name())
                .filter(it -> delimiter == SEPARATOR || it.indexOf(SEPARATOR) < 0)
                .map(it -> delimiter == 0 ? it : it.replace(delimiter, SEPARATOR))
                .filter(ShownName::hasGoodParts)
                .map(it -> top + SEPARATOR + it)
                .filter(it -> it.length() <= FolderName.OCTETS_MAX);
    }

    private static boolean hasGoodParts(String name) {
        List<String> parts = List.of(name.split(String.valueOf(SEPARATOR), -1));
        return parts.size() <= DEPTH_MAX && parts.stream().noneMatch(String::isEmpty);
    }

    /// Whether a name is that of the top, or of something below it.
    static boolean isBelow(String top, String name) {
        return name.equals(top) || name.startsWith(top + SEPARATOR);
    }

    /// The folders of these names, and what lies above them.
    static List<Listed> listed(Collection<String> names) {
        Map<String, Listed> all = new TreeMap<>();
        for (String name : names) {
            for (int at = name.indexOf(SEPARATOR); at >= 0; at = name.indexOf(SEPARATOR, at + 1)) {
                String above = name.substring(0, at);
                all.putIfAbsent(above, Listed.level(above));
            }
        }
        names.forEach(name -> all.put(name, new Listed(name, "", true)));
        List<Listed> listed = new ArrayList<>(all.values());
        listed.sort(Comparator.comparing(Listed::name));
        return listed;
    }
}
