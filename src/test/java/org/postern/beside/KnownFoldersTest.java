package org.postern.beside;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.upstream.RemoteFolder;

/// What is remembered of folders, and how much.
class KnownFoldersTest {
    private static Map<String, RemoteFolder> named(String name) {
        return Map.of(name, new RemoteFolder(name, '/', true));
    }

    @Test
    void onlySoMuchIsRememberedOfAUser() {
        KnownFolders known = new KnownFolders();
        known.keep("anna", named("a".repeat(16_384)));
        assertEquals(1, known.of("anna").orElseThrow().size());
        known.keep("anna", named("a".repeat(16_385)));
        assertEquals(Optional.empty(), known.of("anna"));
    }

    @Test
    void whoLookedLeastRecentlyIsForgotten() {
        KnownFolders known = new KnownFolders();
        for (int i = 0; i <= 500; i++) {
            known.keep("user" + i, named("a"));
        }
        assertEquals(Optional.empty(), known.of("user0"));
        assertEquals(Optional.of(named("a")), known.of("user1"));
    }
}
