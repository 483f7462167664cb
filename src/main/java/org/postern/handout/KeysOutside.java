package org.postern.handout;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import org.postern.store.Database;

/// What gives keys to people outside and looks after them, over one record of them.
public final class KeysOutside {
    /// How often [#look] is to be called.
    public static final Duration EVERY = Duration.ofHours(6);

    private final HandoutRequests requests;
    private final EndNotices endNotices;
    private final Asking asking;

    /// @param data the data folder
    public record World(Path data, InstantSource clock, SecureRandom random) {}

    /// Who asks, and who hears of it.
    public record Wishes(Database database, Asking.Office office) {}

    public KeysOutside(
            Handout.Books books,
            Handout.Clinic clinic,
            Handout.Outlets outlets,
            Wishes wishes,
            World world) {
        this.asking = new Asking(wishes.database(), wishes.office(), clinic, outlets, world);
        this.requests =
                new HandoutRequests(
                        new Handout(books, clinic, outlets, world.clock(), world.random()), asking);
        this.endNotices =
                new EndNotices(
                        books,
                        world.data().resolve("key-end-told"),
                        clinic,
                        outlets,
                        world.clock(),
                        world.random());
    }

    /// What IT asks for.
    public HandoutRequests requests() {
        return requests;
    }

    /// What becomes of patients' wishes for one.
    public Asking asking() {
        return asking;
    }

    /// Tells people that theirs end, and IT of wishes that it has not heard of.
    public void look() {
        endNotices.look();
        asking.tell();
    }
}
