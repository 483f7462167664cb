package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.PolicySource.Reload;
import org.postern.testkit.Accepted;

/// An absence that begins today needs no restart.
class PeopleSourceTest {
    @TempDir Path temporary;

    private FolderCopy folder;
    private PeopleSource source;
    private People first;

    @BeforeEach
    void load() throws IOException {
        folder = FolderCopy.in(temporary);
        Configuration shipped = Accepted.value(Configuration.load(folder.path()));
        first = shipped.people();
        source = new PeopleSource(folder.path(), shipped.gateway().site().domains(), first);
    }

    @Test
    void theSameFileChangesNothing() {
        assertInstanceOf(Reload.Unchanged.class, source.reload());
        assertSame(first, source.current());
    }

    @Test
    void aRightFileReplacesThePeople() {
        folder.with(
                "people.yaml",
                "people: { a@mapleclinic.example: { name: A, page: { name: dr-a },"
                        + " away: { from: 2026-03-01, until: 2026-03-02 } } }");
        assertEquals(new Reload.Replaced(1), source.reload());
        assertNotNull(source.current().ofPage("dr-a").orElseThrow().away());
        assertTrue(source.current().ofPage("anna-reyes").isEmpty());
        assertInstanceOf(Reload.Unchanged.class, source.reload());
    }

    @Test
    void aWrongFileLeavesThePeople() throws IOException {
        folder.with("people.yaml", "people: { a@elsewhere.example: { name: A } }");
        Reload.Kept kept = assertInstanceOf(Reload.Kept.class, source.reload());
        assertTrue(kept.errors().toString().contains("own domains"), kept.errors().toString());
        assertSame(first, source.current());
        Files.delete(folder.path().resolve("people.yaml"));
        assertInstanceOf(Reload.Kept.class, source.reload());
        assertSame(first, source.current());
    }
}
