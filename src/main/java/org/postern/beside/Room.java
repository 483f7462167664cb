package org.postern.beside;

import java.util.HashMap;
import java.util.Map;

/// How much there may be of what all sessions keep in memory or on the disk, and how much of it one
/// user may have in all of her sessions, so that nobody fills what others need.
///
/// Safe for use by many threads.
final class Room {
    /// What is left of both for what has begun already: one part of so many.
    private static final int LEFT_TO_GROW = 10;

    private final long all;
    private final long each;

    // Guarded by this: how much is taken, and by whom.
    private final Map<String, Long> byUser = new HashMap<>();
    private long taken;

    /// @param all of it
    /// @param each what one user may have of it
    Room(long all, long each) {
        this.all = all;
        this.each = each;
    }

    /// That of one user.
    record Share(Room room, String user) {
        /// Takes room for something that begins, which leaves some to what has begun.
        ///
        /// @return false if there is none, and nothing was taken
        boolean begins(long amount) {
            return room.take(user, amount, true);
        }

        /// The same for something that has begun.
        boolean grows(long amount) {
            return room.take(user, amount, false);
        }

        /// Whether there is room now for something that has begun.
        boolean holds(long amount) {
            return room.holds(user, amount, false);
        }

        /// Gives back what was taken.
        void giveBack(long amount) {
            room.giveBack(user, amount);
        }
    }

    Share of(String user) {
        return new Share(this, user);
    }

    private synchronized boolean take(String user, long amount, boolean begins) {
        if (!holds(user, amount, begins)) {
            return false;
        }
        if (amount > 0) {
            taken += amount;
            byUser.merge(user, amount, Long::sum);
        }
        return true;
    }

    private synchronized boolean holds(String user, long amount, boolean begins) {
        long most = begins ? all - all / LEFT_TO_GROW : all;
        long mine = begins ? each - each / LEFT_TO_GROW : each;
        return amount <= most - taken && amount <= mine - byUser.getOrDefault(user, 0L);
    }

    private synchronized void giveBack(String user, long amount) {
        taken -= amount;
        byUser.computeIfPresent(
                user, (_, has) -> has <= amount ? null : Long.valueOf(has - amount));
    }
}
