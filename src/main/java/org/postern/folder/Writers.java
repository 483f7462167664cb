package org.postern.folder;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who may change what lies in a folder: root and the user who runs this program, or somebody else
/// as well. What stands on a file system without POSIX permissions is not looked at.
///
/// A folder that nobody else can enter keeps them from all below it, whatever the permissions
/// there, and so does one above it.
public final class Writers {
    private static final int GROUP_WRITES = 0020;
    private static final int OTHERS_WRITE = 0002;
    private static final int ANYBODY_ENTERS = 0011;
    private static final int STICKY = 01000;
    private static final long ROOT = 0;
    private static final String KEYS = "unix:uid,mode";

    /// On Linux it belongs to whoever runs this program.
    private static final Path SELF = Path.of("/proc/self");

    private final long own = owner(SELF).orElseGet(() -> new UnixSystem().getUid());
    private final boolean shut;

    /// @param folder that is there; others than root and this user may be able to enter it
    public Writers(Path folder) throws IOException {
        this.shut = isShut(folder);
    }

    /// The number of the user to whom something belongs; empty where nobody can say. Unlike that of
    /// [UnixSystem] it is also known of a user without a name: under that one a container with a
    /// user of its own would be root's, and its own files a stranger's.
    static Optional<Long> owner(Path path) {
        try {
            return Files.getAttribute(path, "unix:uid") instanceof Integer uid
                    ? Optional.of(uid.longValue())
                    : Optional.empty();
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /// Whether everybody on this machine may write a file or a folder.
    public static boolean everybodyMay(Path path) throws IOException {
        var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        return view != null
                && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_WRITE);
    }

    /// How somebody else may change the folder by what stands above it, or a file or folder in it.
    ///
    /// @param path the folder or something directly in it
    /// @return a clause for people, and what to do; empty if nobody else may
    public Optional<String> fault(Path path) throws IOException {
        return fault(path, shut);
    }

    /// The same of the folder that holds this one: who may write there can put another one in its
    /// place. Where only owners may take things away (sticky), nobody else can.
    public Optional<String> faultAbove(Path folder) throws IOException {
        Path above = folder.toRealPath().getParent();
        return shut || above == null || has(above, STICKY) ? Optional.empty() : fault(above, shut);
    }

    private Optional<String> fault(Path path, boolean unreachable) throws IOException {
        Path real = path;
        boolean outOfReach = unreachable;
        if (Files.isSymbolicLink(path)) {
            real = path.toRealPath();
            // Whoever may write where it lies can put another one in its place.
            outOfReach = isShut(real);
            Path above = real.getParent();
            Optional<String> there = above == null ? Optional.empty() : ofReal(above, outOfReach);
            if (there.isPresent()) {
                return there;
            }
        }
        return ofReal(real, outOfReach);
    }

    private Optional<String> ofReal(Path real, boolean outOfReach) throws IOException {
        @Nullable Map<String, Object> now = attributes(real);
        if (now == null) {
            return Optional.empty();
        }
        if (!isTrusted(now)) {
            return Optional.of(
                    "it belongs to %s, who is neither root nor the user of the gateway; run: chown"
                                    .formatted(Files.getOwner(real).getName())
                            + " root "
                            + real);
        }
        int mode = mode(now);
        if (outOfReach || (mode & (GROUP_WRITES | OTHERS_WRITE)) == 0) {
            return Optional.empty();
        }
        boolean others = (mode & OTHERS_WRITE) != 0;
        return Optional.of(
                (others ? "everyone on this machine" : "its group")
                        + " may write it; run: chmod go-w "
                        + real);
    }

    /// Whether a folder, or one above it, lets nobody else in.
    private boolean isShut(Path path) throws IOException {
        for (Path at = path.toRealPath(); at != null; at = at.getParent()) {
            @Nullable Map<String, Object> now = attributes(at);
            if (now != null
                    && Files.isDirectory(at)
                    && isTrusted(now)
                    && (mode(now) & ANYBODY_ENTERS) == 0) {
                return true;
            }
        }
        return false;
    }

    private boolean has(Path path, int bit) throws IOException {
        @Nullable Map<String, Object> now = attributes(path);
        return now != null && (mode(now) & bit) != 0;
    }

    /// Whether nobody else can come to it: a folder above it, or it itself, lets nobody in.
    boolean isOutOfReach(Path path) throws IOException {
        return shut || isShut(path);
    }

    /// The number of the user who runs this program.
    long own() {
        return own;
    }

    boolean isTrusted(Map<String, Object> now) {
        long owner = now.get("uid") instanceof Integer uid ? uid.longValue() : -1;
        return owner == ROOT || owner == own;
    }

    private static int mode(Map<String, Object> now) {
        return now.get("mode") instanceof Integer mode ? mode : 0;
    }

    /// Null where there are no such.
    private static @Nullable Map<String, Object> attributes(Path path) throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? Files.readAttributes(path, KEYS, new LinkOption[0])
                : null;
    }
}
