package org.postern.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Whether a group may write where people edit together: only if somebody has said so, or if there
/// is nobody else in it.
///
/// It is said by the folder itself: it belongs to root or to the user who runs this program, and
/// bears the bit by which what is made in it belongs to its group (setgid). Nobody else can set
/// that bit, no member of the group either, and no habit of a system sets it by itself. A group of
/// one's own, in which nobody else is, comes with many systems, and with a umask that lets it
/// write.
///
/// What stands on a file system without POSIX permissions is not looked at.
public final class Editors {
    private static final int GROUP_WRITES = 0020;
    private static final int OTHERS_WRITE = 0002;
    private static final int SETGID = 02000;
    private static final int STICKY = 01000;
    private static final long ROOT = 0;
    private static final String KEYS = "unix:uid,gid,mode";

    private final Path named;
    private final Path top;
    private final Path etc;
    private final Writers writers;

    /// @param folder that is there
    public Editors(Path folder) throws IOException {
        this(folder, Path.of("/etc"));
    }

    /// @param etc where `passwd` and `group` lie
    Editors(Path folder, Path etc) throws IOException {
        this.named = folder.toAbsolutePath();
        this.top = folder.toRealPath();
        this.etc = etc;
        this.writers = new Writers(folder);
    }

    /// How the group of a file or a folder may write it without anybody having said so.
    ///
    /// @param path the folder or something in it, without a link
    /// @return what to do, with the group's name; empty if there is no fault
    public Optional<String> fault(Path path) throws IOException {
        @Nullable Map<String, Object> now = attributes(path);
        if (now == null
                || (number(now, "mode") & GROUP_WRITES) == 0
                || writers.isOutOfReach(path)) {
            return Optional.empty();
        }
        long group = number(now, "gid");
        if (isEditors(group) || isAlone(group, number(now, "uid"))) {
            return Optional.empty();
        }
        String name = line("group", 2, group).map(line -> line[0]).orElse(group + "");
        return Optional.of(
                "run: chmod g-w %s; or, where everybody in the group %s shall edit here, as root:"
                                .formatted(path, name)
                        + " chown root %s && chgrp -R %s %s && chmod g+s %s"
                                .formatted(top, name, top, top));
    }

    /// How others may write the folder that holds this one, or the link to it, and so put another
    /// one in its place. Where only owners may take things away (sticky), nobody else can; nor is
    /// it a fault that those may who edit here.
    ///
    /// @return what to do; empty if there is no fault
    public Optional<String> faultAbove() throws IOException {
        Set<Path> above = new LinkedHashSet<>();
        for (Path each : List.of(named, top)) {
            @Nullable Path parent = each.getParent();
            if (parent != null) {
                above.add(parent.toRealPath());
            }
        }
        for (Path each : above) {
            Optional<String> fault = faultOf(each);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private Optional<String> faultOf(Path above) throws IOException {
        @Nullable Map<String, Object> now = attributes(above);
        long mode = now == null ? 0 : number(now, "mode");
        if (now == null
                || (mode & (GROUP_WRITES | OTHERS_WRITE)) == 0
                || (mode & STICKY) != 0
                || new Writers(above).isOutOfReach(above)) {
            return Optional.empty();
        }
        if ((mode & OTHERS_WRITE) != 0) {
            return Optional.of("run: chmod go-w " + above);
        }
        long group = number(now, "gid");
        return isEditors(group) || isAlone(group, number(now, "uid"))
                ? Optional.empty()
                : Optional.of("run: chmod g-w " + above);
    }

    private boolean isEditors(long group) throws IOException {
        @Nullable Map<String, Object> folder = attributes(top);
        return folder != null
                && writers.isTrusted(folder)
                && (number(folder, "mode") & SETGID) != 0
                && number(folder, "gid") == group;
    }

    /// Whether nobody is in it but the owner, root, and the user who runs this program. What these
    /// files do not tell, as where a directory has the groups, is not known.
    private boolean isAlone(long group, long owner) {
        Optional<String[]> line = line("group", 2, group);
        List<String[]> users = lines("passwd").toList();
        // Without the users nobody can say whose own group it is.
        if (line.isEmpty() || users.isEmpty()) {
            return false;
        }
        Set<String> members = new HashSet<>();
        if (line.get().length > 3 && !line.get()[3].isBlank()) {
            members.addAll(List.of(line.get()[3].split(",", 0)));
        }
        users.stream()
                .filter(user -> user.length > 3 && user[3].equals(group + ""))
                .forEach(user -> members.add(user[0]));
        for (long each : List.of(owner, ROOT, writers.own())) {
            users.stream()
                    .filter(user -> user.length > 2 && user[2].equals(each + ""))
                    .forEach(user -> members.remove(user[0]));
        }
        return members.isEmpty();
    }

    private Optional<String[]> line(String file, int field, long number) {
        return lines(file)
                .filter(each -> each.length > field && each[field].equals(number + ""))
                .findFirst();
    }

    private Stream<String[]> lines(String file) {
        try {
            return Files.readAllLines(etc.resolve(file)).stream().map(line -> line.split(":", -1));
        } catch (IOException _) {
            // Then nobody is known to be alone.
            return Stream.of();
        }
    }

    private static long number(Map<String, Object> attributes, String key) {
        return attributes.get(key) instanceof Integer number ? number.longValue() : -1;
    }

    private static @Nullable Map<String, Object> attributes(Path path) throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? Files.readAttributes(path, KEYS)
                : null;
    }
}
