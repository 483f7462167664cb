package org.postern.handout;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/// What gives keys to people outside and looks after them, over one record of them.
public final class KeysOutside {
    private final HandoutRequests requests;
    private final EndNotices endNotices;

    /// @param data the data folder
    public record World(Path data, InstantSource clock, SecureRandom random) {}

    public KeysOutside(
            Handout.Books books, Handout.Clinic clinic, Handout.Outlets outlets, World world) {
        this.requests =
                new HandoutRequests(
                        new Handout(books, clinic, outlets, world.clock(), world.random()));
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

    /// What tells people that theirs end.
    public EndNotices endNotices() {
        return endNotices;
    }
}
