package org.postern.torture;

import java.time.Clock;
import java.time.Duration;

/// What a run is asked for.
///
/// @param kills at least so many
/// @param messages acknowledged, at least so many
/// @param max how long it may take; empty kills and messages mean: all of it
/// @param endless whether it goes on until the time is over
record Options(int kills, int messages, Duration max, boolean endless, long seed) {
    private static final int KILLS = 200;

    /// What a run of the default length has to reach: R1, 20,000 messages in 200 kills.
    private static final int MESSAGES_A_KILL = 100;

    private static final Duration MAX = Duration.ofMinutes(10);

    static final String USAGE = "torture [--kills N] [--messages N] [--minutes M] [--seed S]";

    /// How many messages should be acknowledged by then, if a run of any length is to bring as many
    /// a kill as the goal asks for.
    long messagesBy(int killed) {
        return kills == 0 ? (long) MESSAGES_A_KILL * killed : (long) messages * killed / kills;
    }

    /// @throws IllegalArgumentException if a word is not known
    static Options of(String... words) {
        int kills = -1;
        int messages = -1;
        Duration max = null;
        long seed = Clock.systemUTC().millis();
        for (int i = 0; i + 1 < words.length; i += 2) {
            long value = Long.parseLong(words[i + 1]);
            switch (words[i]) {
                case "--kills" -> kills = Math.toIntExact(value);
                case "--messages" -> messages = Math.toIntExact(value);
                case "--minutes" -> max = Duration.ofMinutes(value);
                case "--seed" -> seed = value;
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        if (words.length % 2 != 0) {
            throw new IllegalArgumentException(USAGE);
        }
        boolean endless = kills < 0 && max != null;
        int wanted = kills >= 0 ? kills : endless ? 0 : KILLS;
        int mail = messages >= 0 ? messages : wanted * MESSAGES_A_KILL;
        return new Options(wanted, mail, max == null ? MAX : max, endless, seed);
    }
}
