package org.postern.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who else is in a group of a file, by files like those of the system.
class EditorsTest {
    @TempDir Path temporary;

    private Path folder;
    private Path file;
    private Path etc;
    private int group;
    private int owner;

    @BeforeEach
    void write() throws IOException {
        folder = Files.createDirectory(temporary.resolve("policy-config"));
        etc = Files.createDirectory(temporary.resolve("etc"));
        file = Files.writeString(folder.resolve("policy.yaml"), "rules:\n");
        for (Path each : new Path[] {temporary, folder}) {
            mode(each, "rwxr-xr-x");
        }
        mode(file, "rw-rw-r--");
        group = (int) Files.getAttribute(file, "unix:gid");
        owner = (int) Files.getAttribute(file, "unix:uid");
        people("", "");
    }

    /// @param members of the group that are named with it
    /// @param others lines of further users
    private void people(String members, String others) throws IOException {
        Files.writeString(etc.resolve("group"), "it:x:%d:%s\n".formatted(group, members));
        Files.writeString(
                etc.resolve("passwd"),
                "anna:x:%d:%d::/:/bin/sh\n%s".formatted(owner, group, others));
    }

    @Test
    void aGroupOfOnesOwnMayWrite() throws IOException {
        assertEquals(Optional.empty(), fault(file));
        people("anna", "");
        assertEquals(Optional.empty(), fault(file));
    }

    /// Who has the group as the first of his own stands there alone.
    @Test
    void whereTheUsersCannotBeReadNobodyIsKnownToBeAlone() throws IOException {
        Files.delete(etc.resolve("passwd"));
        assertTrue(fault(file).isPresent());
    }

    @Test
    void nobodyElseMayBeInIt() throws IOException {
        people("anna,bert", "");
        assertTrue(fault(file).orElseThrow().startsWith("run: chmod g-w " + file));
        people("", "carl:x:54321:%d::/:/bin/sh\n".formatted(group));
        assertTrue(fault(file).isPresent(), "it is his first group");
        people("", "carl:x:54321:54321::/:/bin/sh\n");
        assertEquals(Optional.empty(), fault(file));
    }

    /// Where a directory has the groups, nobody knows who is in one.
    @Test
    void aGroupThatIsNotKnownMayNot() throws IOException {
        Files.writeString(etc.resolve("group"), "other:x:54321:\n");
        assertTrue(fault(file).orElseThrow().contains("the group " + group + " "));
        Files.delete(etc.resolve("group"));
        assertTrue(fault(file).isPresent());
    }

    @Test
    void theFolderSaysThatAGroupEdits() throws IOException {
        people("anna,bert", "");
        String said = fault(file).orElseThrow();
        assertTrue(said.contains("chgrp -R it " + folder + " && chmod g+s " + folder), said);
        assertTrue(said.contains("as root: chown root " + folder + " && "), said);
        Files.setAttribute(folder, "unix:mode", 042775);
        assertEquals(Optional.empty(), fault(file));
        assertEquals(Optional.empty(), fault(folder));
    }

    @Test
    void whatNobodyElseComesToMayBeWritten() throws IOException {
        people("anna,bert", "");
        mode(file, "rw-r--r--");
        assertEquals(Optional.empty(), fault(file));
        mode(file, "rw-rw-r--");
        mode(folder, "rwxrw----");
        assertEquals(Optional.empty(), fault(file));
    }

    @Test
    void nobodyElseMayPutAnotherFolderInItsPlace() throws IOException {
        assertEquals(Optional.empty(), above());
        mode(temporary, "rwxrwxr-x");
        assertEquals(Optional.empty(), above(), "nobody else is in the group");
        people("anna,bert", "");
        assertEquals(Optional.of("run: chmod g-w " + temporary), above());
        Files.setAttribute(temporary, "unix:mode", 041775);
        assertEquals(Optional.empty(), above(), "only owners may take things away");
        Files.setAttribute(temporary, "unix:mode", 042775);
        assertTrue(above().isPresent(), "it does not say that they edit below it");
        Files.setAttribute(folder, "unix:mode", 042775);
        assertEquals(Optional.empty(), above(), "they edit here");
        mode(temporary, "rwxrwxrwx");
        assertEquals(Optional.of("run: chmod go-w " + temporary), above());
        mode(temporary, "rwxrw-rw-");
        assertEquals(Optional.empty(), above(), "nobody else comes to it");
    }

    /// Who may write where the link lies can let it lead elsewhere.
    @Test
    void whereALinkToItLiesIsLookedAtToo() throws IOException {
        people("anna,bert", "");
        Path links = Files.createDirectory(temporary.resolve("links"));
        Path link = Files.createSymbolicLink(links.resolve("current"), folder);
        mode(links, "rwxrwxr-x");
        assertEquals(Optional.of("run: chmod g-w " + links), new Editors(link, etc).faultAbove());
        mode(links, "rwxr-xr-x");
        assertEquals(Optional.empty(), new Editors(link, etc).faultAbove());
    }

    private Optional<String> above() throws IOException {
        return new Editors(folder, etc).faultAbove();
    }

    private Optional<String> fault(Path path) throws IOException {
        return new Editors(folder, etc).fault(path);
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
