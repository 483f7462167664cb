package org.postern.beside;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.postern.upstream.RemoteFolder;

/// Which folders the clinic's server told of last, for each user. A mail program that does not see
/// a folder in a list throws away what it has of it, so while the server cannot be asked the list
/// stays what it was. Names alone, and in memory alone, 32 MiB of characters for all at most.
final class KnownFolders {
    /// Of the others that looked least recently it is forgotten.
    private static final int USERS_MAX = 500;

    /// Characters of one user's names, both kinds; of a user with more nothing is remembered.
    private static final int NAMES_MAX = 32 * 1_024;

    private final Map<String, Map<String, RemoteFolder>> byUser =
            new LinkedHashMap<>(16, 0.75f, true);

    /// By the names under which they are shown.
    ///
    /// @return empty if nothing is remembered, which is not the same as none
    synchronized Optional<Map<String, RemoteFolder>> of(String user) {
        return Optional.ofNullable(byUser.get(user));
    }

    /// Of both names of all of them.
    static int characters(Map<String, RemoteFolder> folders) {
        return folders.entrySet().stream()
                .mapToInt(it -> it.getKey().length() + it.getValue().name().length())
                .sum();
    }

    synchronized void keep(String user, Map<String, RemoteFolder> folders) {
        byUser.remove(user);
        if (characters(folders) > NAMES_MAX) {
            return;
        }
        byUser.put(user, Map.copyOf(folders));
        if (byUser.size() > USERS_MAX) {
            byUser.remove(byUser.keySet().iterator().next());
        }
    }
}
