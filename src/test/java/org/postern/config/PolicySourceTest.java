package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.PolicySource.Reload;
import org.postern.policy.Policy;
import org.postern.testkit.Accepted;

/// A reload takes the whole policy or nothing of it.
class PolicySourceTest {
    @TempDir Path temporary;

    private FolderCopy folder;
    private PolicySource source;
    private Policy first;

    @BeforeEach
    void load() throws IOException {
        folder = FolderCopy.in(temporary);
        first = Accepted.value(Configuration.load(folder.path())).policy();
        source = new PolicySource(folder.path(), first);
    }

    @Test
    void theSameFileChangesNothing() {
        assertInstanceOf(Reload.Unchanged.class, source.reload());
        assertSame(first, source.current());
    }

    @Test
    void aRightFileReplacesThePolicy() {
        folder.with("policy.yaml", "rules: [ { name: all, then: { protect: pickup } } ]");
        assertEquals(new Reload.Replaced(1), source.reload());
        assertEquals("all", source.current().rules().getFirst().name());
    }

    @Test
    void aWrongFileLeavesTheOldPolicy() throws IOException {
        folder.with(
                "policy.yaml",
                "rules: [ { name: open, then: { deliver: unprotected } }, { name: x } ]");
        Reload.Kept kept = assertInstanceOf(Reload.Kept.class, source.reload());
        assertTrue(kept.errors().toString().contains("\"then\" is missing"));
        assertSame(first, source.current());
        Files.delete(folder.path().resolve("policy.yaml"));
        assertInstanceOf(Reload.Kept.class, source.reload());
        assertSame(first, source.current());
    }
}
