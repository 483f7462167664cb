package org.postern.folder;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Which certificates lie in a folder, and how each file is: name, size, time of change, and
/// whether others may change it. Two of them differ once the folder's content does.
public final class Census {
    /// The state of what cannot be looked at.
    public static final String UNREADABLE = "unreadable";

    /// How a state begins of what others than root and this user may change; behind it stands how.
    public static final String OPEN = "open: ";

    private static final String ENDINGS = "*.{pem,crt,cer,PEM,CRT,CER}";

    private Census() {}

    /// Adds the files of one folder; of one that others may change the folder alone.
    ///
    /// @param states by name below `top`; that of a folder ends with a slash, or is empty for `top`
    /// @param below the folder, in the same way
    /// @param most states in all
    public static void files(Map<String, String> states, Path top, String below, int most) {
        Path place = top.resolve(below);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place, ENDINGS)) {
            Writers writers = new Writers(place);
            Optional<String> open = writers.fault(place);
            if (open.isEmpty() && below.isEmpty()) {
                open = writers.faultAbove(place).map(how -> "of the folder above it, " + how);
            }
            if (open.isPresent()) {
                states.put(below, OPEN + open.get());
                return;
            }
            each(states, most, files, states(below, writers));
        } catch (IOException | DirectoryIteratorException e) {
            states.put(below.equals("anchors/") ? below : below + "*", UNREADABLE);
        }
    }

    /// Adds the files of one folder that others may change: for whoever wants to know what they
    /// could have changed. Otherwise as [#files].
    public static void filesOfOpen(Map<String, String> states, Path top, String below, int most) {
        Path place = top.resolve(below);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place, ENDINGS)) {
            each(states, most, files, states(below, new Writers(place)));
        } catch (IOException | DirectoryIteratorException e) {
            states.put(below + "*", UNREADABLE);
        }
    }

    /// As many as there is room for.
    private static void each(
            Map<String, String> states,
            int most,
            DirectoryStream<Path> files,
            Function<Path, Map.Entry<String, String>> state) {
        for (Path file : files) {
            if (states.size() == most) {
                return;
            }
            Map.Entry<String, String> named = state.apply(file);
            states.put(named.getKey(), named.getValue());
        }
    }

    private static Function<Path, Map.Entry<String, String>> states(String below, Writers writers) {
        return file -> Map.entry(below + file.getFileName(), state(writers, file));
    }

    /// Whether others may change what is in this state.
    public static boolean isOpen(@Nullable String state) {
        return state != null && state.startsWith(OPEN);
    }

    private static String state(Writers writers, Path file) {
        try {
            Optional<String> open = writers.fault(file);
            return open.isPresent() ? OPEN + open.get() : FileState.line(file);
        } catch (IOException e) {
            return UNREADABLE;
        }
    }
}
