package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.PolicySource.Reload;
import org.postern.policy.Policy;

/// Only those who may edit the configuration decide what it says.
class ConfigFolderTest {
    @TempDir Path temporary;

    private FolderCopy folder;

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
    }

    @Test
    void theShippedFolderIsRight() {
        assertEquals("", folder.complaints());
    }

    @Test
    void aFileThatEveryoneMayWriteIsRefused() throws IOException {
        permit("policy.yaml", "rw-rw-rw-");
        complains("policy.yaml: everyone on this machine may write this file; run: chmod o-w");
    }

    @Test
    void aFolderThatEveryoneMayWriteIsRefusedOnce() throws IOException {
        permit("notices", "rwxrwxrwx");
        complains("notices: everyone on this machine may write this folder");
        assertEquals(1, folder.complaints().split("everyone", -1).length - 1);
        permit("notices", "rwxr-xr-x");
        permit(".", "rwxrwxrwx");
        assertTrue(folder.complaints().contains("may write this folder"));
    }

    /// Unless root has said by the folder that this group edits.
    @Test
    void aFileThatOthersInItsGroupMayWriteIsRefused() throws IOException {
        assumeTrue(new UnixSystem().getUid() == 0, "only root can give a file away");
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        permit(".", "rwxr-xr-x");
        Path policy = folder.path().resolve("policy.yaml");
        Files.setAttribute(policy, "unix:gid", 54_321);
        permit("policy.yaml", "rw-r--r--");
        assertEquals("[]", toServe());
        permit("policy.yaml", "rw-rw-r--");
        refusesToServe("policy.yaml: others in its group may write this file; run: chmod g-w");
        Files.setAttribute(folder.path(), "unix:gid", 54_321);
        permit(".", "rwxrwxr-x");
        refusesToServe("may write this folder");
        assertEquals("", folder.complaints(), "whoever only looks at it");
        Policy other = new Policy(List.of());
        assertTrue(
                new PolicySource(folder.path(), other).reload() instanceof Reload.Kept,
                "a gateway that runs");
        Files.setAttribute(folder.path(), "unix:mode", 042775);
        assertEquals("[]", toServe());
        Files.setAttribute(temporary, "unix:gid", 54_322);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxr-x"));
        refusesToServe("others may write the folder that holds this one");
        assertEquals("", folder.complaints(), "whoever only looks at it");
    }

    private String toServe() {
        return Configuration.toServe(folder.path()).problems().toString();
    }

    private void refusesToServe(String fragment) {
        String all = toServe();
        assertTrue(all.contains(fragment), fragment + " is not in\n" + all);
    }

    @Test
    void aLinkOutOfTheFolderIsRefused() throws IOException {
        Path outside = Files.writeString(temporary.resolve("other.yaml"), "rules: []");
        Files.delete(folder.path().resolve("policy.yaml"));
        Files.createSymbolicLink(folder.path().resolve("policy.yaml"), outside);
        complains("policy.yaml: the file is a link that leads out of the configuration folder");
    }

    /// Kubernetes and others mount configurations as links within the folder.
    @Test
    void aLinkWithinTheFolderIsFollowed() throws IOException {
        Path policy = folder.path().resolve("policy.yaml");
        Files.move(policy, folder.path().resolve("policy-2026.yaml"));
        Files.createSymbolicLink(policy, Path.of("policy-2026.yaml"));
        assertEquals("", folder.complaints());
    }

    @Test
    void whatIsMissingOrNoTextIsNamed() throws IOException {
        Files.delete(folder.path().resolve("people.yaml"));
        Files.delete(folder.path().resolve("policy.yaml"));
        Files.createDirectory(folder.path().resolve("policy.yaml"));
        Files.write(folder.path().resolve("gateway.yaml"), new byte[] {'a', ':', (byte) 0xFF});
        folder.with("notices/code.en.txt", "x".repeat(ConfigFolder.FILE_OCTETS_MAX + 1));
        complains("people.yaml: the file is missing");
        complains("policy.yaml: this is not a file");
        complains("gateway.yaml: the file is not UTF-8 text");
        complains("notices/code.en.txt: the file has more than 1048576 octets");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        String all = Configuration.load(temporary.resolve("nowhere")).problems().toString();
        assertTrue(all.contains("name it with --config"), all);
    }

    private void permit(String file, String permissions) throws IOException {
        Files.setPosixFilePermissions(
                folder.path().resolve(file), PosixFilePermissions.fromString(permissions));
    }

    private void complains(String fragment) {
        String all = folder.complaints();
        assertTrue(all.contains(fragment), fragment + " is not in\n" + all);
    }
}
