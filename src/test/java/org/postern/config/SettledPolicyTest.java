package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.config.PolicySource.Reload;
import org.postern.folder.Settling;
import org.postern.policy.Policy;
import org.postern.testkit.Accepted;

/// A policy that somebody is still writing is not taken, even where it can be understood: with the
/// rules that are missing below, mail would go where it must not.
class SettledPolicyTest {
    private static final Duration PAUSE = Settling.STILL.dividedBy(2);

    /// Each of these and all before it are a policy by themselves.
    private static final List<String> PIECES =
            List.of(
                    """
                    rules:
                      - name: partners
                        when: { recipient: { list: lists/partners.txt } }
                        then: { protect: [tls] }
                    """,
                    """
                      - name: leaflets
                        when: { subject: { tag: public } }
                        then: { deliver: unprotected }
                    """,
                    "  - { name: the rest, then: { protect: [smime, pickup] } }\n");

    @TempDir Path temporary;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private FolderCopy folder;
    private PolicySource source;
    private Policy first;

    @BeforeEach
    void load() throws IOException {
        folder = FolderCopy.in(temporary);
        Files.createDirectories(folder.path().resolve("lists"));
        folder.with("lists/partners.txt", "a.example\n");
        first = Accepted.value(Configuration.load(folder.path())).policy();
        source = new PolicySource(folder.path(), first, Optional.empty(), nanos::get);
    }

    @Test
    void noPieceOfAPolicyIsEverTaken() throws IOException {
        Files.writeString(file("policy.yaml"), "");
        for (String piece : PIECES) {
            assertEquals(new Reload.Changing(), source.look());
            assertInFirst(PAUSE);
            add("policy.yaml", piece);
        }
        assertEquals(new Reload.Changing(), source.look());
        pass(Settling.STILL);
        assertEquals(new Reload.Replaced(PIECES.size()), source.look());
        assertEquals(PIECES.size(), source.current().rules().size());
        assertInstanceOf(Reload.Unchanged.class, source.look());
    }

    @Test
    void noPieceOfAListIsEverTaken() throws IOException {
        folder.with("policy.yaml", String.join("", PIECES));
        assertEquals(new Reload.Replaced(PIECES.size()), source.reload());
        Policy before = source.current();
        for (String line : List.of("b.example\n", "c.exam", "ple\nann@d.example\n")) {
            add("lists/partners.txt", line);
            assertEquals(new Reload.Changing(), source.look());
            pass(PAUSE);
            assertEquals(new Reload.Changing(), source.look());
            assertSame(before, source.current());
        }
        pass(PAUSE);
        assertEquals(new Reload.Replaced(PIECES.size()), source.look());
    }

    /// Half of a file is no mistake of its author.
    @Test
    void aMistakeIsToldOnceItHasSettled() throws IOException {
        Files.writeString(file("policy.yaml"), "rules: [ { name: x");
        assertEquals(new Reload.Changing(), source.look());
        pass(Settling.STILL);
        assertInstanceOf(Reload.Kept.class, source.look());
        assertSame(first, source.current());
    }

    @Test
    void whatGoesBackAndForthHasNotSettled() throws IOException {
        String old = Files.readString(file("policy.yaml"));
        folder.with("policy.yaml", String.join("", PIECES));
        assertEquals(new Reload.Changing(), source.look());
        folder.with("policy.yaml", old);
        assertInstanceOf(Reload.Unchanged.class, source.look());
        pass(Settling.STILL);
        folder.with("policy.yaml", String.join("", PIECES));
        assertEquals(new Reload.Changing(), source.look());
    }

    @Test
    void anOperatorNeedsNotWait() {
        folder.with("policy.yaml", String.join("", PIECES));
        assertEquals(new Reload.Replaced(PIECES.size()), source.reload());
    }

    /// Two looks at people see them as rules are seen.
    @Test
    void peopleSettleToo() throws IOException {
        Configuration read = Accepted.value(Configuration.load(folder.path()));
        PeopleSource people =
                new PeopleSource(
                        folder.path(), read.gateway().site().domains(), read.people(), nanos::get);
        folder.with("people.yaml", "people:\n  a@mapleclinic.example: { name: A }\n");
        assertEquals(new Reload.Changing(), people.look());
        pass(PAUSE);
        add("people.yaml", "  b@mapleclinic.example: { name: B }\n");
        assertEquals(new Reload.Changing(), people.look());
        pass(PAUSE);
        assertEquals(new Reload.Changing(), people.look());
        assertTrue(people.current().all().size() > 2);
        pass(PAUSE);
        assertEquals(new Reload.Replaced(2), people.look());
    }

    private void assertInFirst(Duration time) {
        pass(time);
        assertEquals(new Reload.Changing(), source.look());
        assertSame(first, source.current());
    }

    private void add(String name, String text) throws IOException {
        Files.writeString(file(name), text, StandardOpenOption.APPEND);
    }

    private Path file(String name) {
        return folder.path().resolve(name);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
