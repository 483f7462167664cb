package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Hearing.AtEnd;
import org.postern.policy.Policy;
import org.postern.policy.Rule;
import org.postern.testkit.Accepted;
import org.postern.yaml.Checked;

/// Who decides about held mail, as rules and lists in the folder say it.
class HoldReaderTest {
    @TempDir Path temporary;

    private FolderCopy folder;

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
        Files.createDirectories(folder.path().resolve("lists"));
        folder.with("lists/privacy.txt", "# who looks\nsam@mapleclinic.example\n");
        folder.with("lists/two.txt", "sam@mapleclinic.example\nlee@mapleclinic.example\n");
        folder.with("lists/partners.txt", "stmary.example\n*.b.example # all below\n");
    }

    private FolderCopy rule(String when, String then) {
        return folder.with(
                "policy.yaml",
                "rules:\n  - name: one\n    when: { %s }\n    then: { %s }\n"
                        .formatted(when, then));
    }

    private Rule read() {
        return policy().rules().getFirst();
    }

    private Policy policy() {
        return Accepted.value(Configuration.load(folder.path())).policy();
    }

    private void good(String hold, Hearing hearing) {
        rule("size: \"> 1 KiB\"", "hold: " + hold);
        assertEquals(new Decision.Hold("Why.", hearing), read().then(), hold);
    }

    private void bad(String hold, String complaint) {
        rule("size: \"> 1 KiB\"", "hold: " + hold);
        assertTrue(folder.complaints().contains(complaint), hold + "\n" + folder.complaints());
    }

    /// Nothing like it was shipped.
    @Test
    void aListThatIsMissingIsToBeMade() {
        bad(
                "{ reason: Why., approvers: lists/nobody.txt }",
                "lists/nobody.txt: the file is missing; make it, or name another one");
    }

    @Test
    void aHoldSaysWhoDecidesUntilWhen() {
        String privacy = "lists/privacy.txt";
        good("\"Why.\"", Hearing.OPEN);
        good("{ reason: Why. }", Hearing.OPEN);
        good(
                "{ reason: Why., approvers: lists/privacy.txt }",
                new Hearing(privacy, null, AtEnd.REJECT, false));
        good(
                "{ reason: Why., limit: 90 minutes, then: release-protected }",
                new Hearing(null, Duration.ofMinutes(90), AtEnd.RELEASE_PROTECTED, false));
        good(
                "{ reason: Why., approvers: lists/two.txt, limit: 2 days, then: reject,"
                        + " two-people: true }",
                new Hearing("lists/two.txt", Duration.ofDays(2), AtEnd.REJECT, true));
        assertEquals(
                List.of(
                        Address.of("sam@mapleclinic.example"),
                        Address.of("lee@mapleclinic.example")),
                policy().approvers().get("lists/two.txt"));
    }

    @Test
    void aHoldThatNobodyCouldDecideIsRefused() {
        bad("{ approvers: lists/privacy.txt }", "the key \"reason\" is missing");
        bad("{ reason: Why., limit: 2 days }", "belong together");
        bad("{ reason: Why., then: reject }", "belong together");
        bad("{ reason: Why., limit: soon, then: reject }", "is not a time");
        bad("{ reason: Why., limit: 61 days, then: reject }", "more than 60 days");
        bad("{ reason: Why., limit: 1 day, then: release }", "release-protected");
        bad("{ reason: Why., two-people: true }", "nobody is asked");
        bad(
                "{ reason: Why., approvers: lists/privacy.txt, two-people: true }",
                "names one person, and two have to agree");
        bad("{ reason: Why., approvers: lists/partners.txt }", "names a domain");
        bad("{ reason: Why., approvers: lists/none.txt }", "lists/none.txt: the file is missing");
        bad("{ reason: Why., approvers: ../users }", "is not the name of a list");
    }

    @Test
    void aListNamesRecipientsAndIsReadAgainWithThePolicy() throws IOException {
        rule("recipient: { list: lists/partners.txt }", "protect: smime");
        Policy before = policy();
        PolicySource source = new PolicySource(folder.path(), before);
        assertTrue(source.reload() instanceof PolicySource.Reload.Unchanged);
        folder.with("lists/partners.txt", "other.example\n");
        assertTrue(source.reload() instanceof PolicySource.Reload.Replaced);
        Policy now = source.current();
        folder.with("lists/partners.txt", "other.example\nno address\n");
        assertTrue(source.reload() instanceof PolicySource.Reload.Kept);
        assertEquals(now, source.current(), "the old one stays whole");
    }

    @Test
    void aListThatOthersMayWriteIsRefused() throws IOException {
        rule("originator: { list: lists/partners.txt }", "protect: smime");
        assertEquals("", folder.complaints());
        Path list = folder.path().resolve("lists/partners.txt");
        Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertTrue(folder.complaints().contains("everyone on this machine may write"));
        Files.delete(list);
        Files.createSymbolicLink(list, Files.writeString(temporary.resolve("out"), "a.example\n"));
        assertTrue(folder.complaints().contains("leads out of the configuration folder"));
    }

    @Test
    void anObservedRuleHidesNothingBelowIt() {
        folder.with(
                "policy.yaml",
                """
                rules:
                  - name: watched
                    observe: true
                    then: { hold: "Everything." }
                  - name: rest
                    then: { protect: pickup }
                """);
        assertTrue(read().observed());
        assertTrue(Configuration.load(folder.path()) instanceof Checked.Valid<Configuration>);
    }
}
