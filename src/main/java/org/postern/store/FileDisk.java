package org.postern.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files of this machine. Needs a POSIX file system, because what lies there is for one user.
public final class FileDisk implements Disk {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> EVERYBODY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));
    private static final String ROOT = "root";

    private final For readers;

    /// What new files take the place of; only for `REPLACED`.
    private final @Nullable Path replaced;

    /// Who is to read what is made new.
    private enum For {
        MAKER,
        FOLDER_OWNER,
        REPLACED,
        EVERYBODY
    }

    /// What it makes is for the user who runs the program.
    public FileDisk() {
        this(For.MAKER);
    }

    private FileDisk(For readers) {
        this(readers, null);
    }

    private FileDisk(For readers, @Nullable Path replaced) {
        this.readers = readers;
        this.replaced = replaced;
    }

    /// What it makes belongs to whom the folder around it does. For commands: one that an
    /// administrator runs as root must not lock the gateway out, which runs as another user.
    public static FileDisk forFolderOwner() {
        return new FileDisk(For.FOLDER_OWNER);
    }

    /// What it makes has owner, group and rights of the file whose place it is to take; where there
    /// is none yet, it belongs to whom the folder does.
    public static FileDisk inPlaceOf(Path file) {
        return new FileDisk(For.REPLACED, file);
    }

    /// What belongs to the folder's owner, and everybody may read it: for what is no secret.
    public static FileDisk forEverybody() {
        return new FileDisk(For.EVERYBODY);
    }

    /// Gives a file or folder that root has made to whom the folder around it belongs. Of others
    /// nothing is changed: they cannot give away what is theirs.
    ///
    /// Links are never followed: whoever owns the folder could make one that leads to a file of
    /// root's own, and would be given that.
    ///
    /// @throws IOException if the path is a link, or a file that has other names as well
    public static void giveToFolderOwner(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        PosixFileAttributes above = Files.readAttributes(folder, PosixFileAttributes.class);
        PosixFileAttributeView own =
                Files.getFileAttributeView(
                        path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes found = own.readAttributes();
        UserPrincipal maker = found.owner();
        if (maker.getName().equals(ROOT) && !maker.equals(above.owner())) {
            requireOwnFile(path, found);
            own.setGroup(above.group());
            own.setOwner(above.owner());
        }
    }

    private static void requireOwnFile(Path path, PosixFileAttributes found) throws IOException {
        boolean linked =
                found.isRegularFile()
                        && (int) Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
                                > 1;
        if (linked || !(found.isRegularFile() || found.isDirectory())) {
            throw new IOException(path + " is a link to something else; remove it");
        }
    }

    private void share(Path path) throws IOException {
        switch (readers) {
            case MAKER -> {
                // It is as it was made.
            }
            case FOLDER_OWNER, EVERYBODY -> giveToFolderOwner(path);
            case REPLACED -> makeLike(path, Objects.requireNonNull(replaced));
        }
    }

    private static void makeLike(Path path, Path replaced) throws IOException {
        PosixFileAttributes wanted;
        try {
            wanted =
                    Files.readAttributes(
                            replaced, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            giveToFolderOwner(path);
            return;
        }
        requireOwnFile(replaced, wanted);
        PosixFileAttributeView own =
                Files.getFileAttributeView(
                        path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes found = own.readAttributes();
        requireOwnFile(path, found);
        own.setPermissions(wanted.permissions());
        if (found.owner().getName().equals(ROOT)) {
            own.setGroup(wanted.group());
            own.setOwner(wanted.owner());
        }
    }

    @Override
    public DiskFile create(Path path) throws IOException {
        // A new file never follows a link, and has its rights from the beginning.
        DiskFile file =
                new ChannelFile(
                        FileChannel.open(
                                path,
                                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                                readers == For.EVERYBODY ? EVERYBODY_FILE : OWNER_FILE));
        try {
            share(path);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public DiskFile append(Path path) throws IOException {
        return open(
                path,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND,
                StandardOpenOption.CREATE);
    }

    @Override
    public DiskFile overwrite(Path path) throws IOException {
        return open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public DiskFile read(Path path) throws IOException {
        return open(path, StandardOpenOption.READ);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.delete(path);
    }

    @Override
    public void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            ChannelFile.force(channel, true);
        }
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void forEachName(Path directory, Names visitor) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path path : entries) {
                visitor.visit(path.getFileName().toString());
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        Path at = directory.toAbsolutePath().normalize();
        while (at != null && !Files.isDirectory(at)) {
            missing.push(at);
            at = at.getParent();
        }
        if (missing.isEmpty()) {
            // It may have been made by a process that was killed before the sync.
            syncParentIfAllowed(directory.toAbsolutePath().normalize());
        }
        for (Path each : missing) {
            Files.createDirectories(each, OWNER_DIRECTORY);
            if (readers != For.MAKER) {
                giveToFolderOwner(each);
            }
            Path parent = each.getParent();
            if (parent != null) {
                sync(parent);
            }
        }
    }

    private void syncParentIfAllowed(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null) {
            try {
                sync(parent);
            } catch (AccessDeniedException _) {
                // Then somebody else made the directory, and long ago.
            }
        }
    }

    @Override
    public long freeBytes(Path directory) throws IOException {
        // Files.getFileStore reads the whole table of mounts, and this is asked for every message.
        return directory.toFile().getUsableSpace();
    }

    @Override
    public Closeable lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        path,
                        Set.of(
                                StandardOpenOption.WRITE,
                                StandardOpenOption.CREATE,
                                LinkOption.NOFOLLOW_LINKS),
                        OWNER_FILE);
        try {
            share(path);
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException(inUse(path), e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IOException(inUse(path));
    }

    private static String inUse(Path path) {
        return path + " is locked: another gateway works in this folder; stop it first";
    }

    private static DiskFile open(Path path, OpenOption... options) throws IOException {
        return new ChannelFile(FileChannel.open(path, Set.of(options), OWNER_FILE));
    }
}
