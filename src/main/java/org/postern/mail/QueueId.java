package org.postern.mail;

import java.time.Instant;
import java.util.random.RandomGenerator;

/// The gateway's own name of a queued message: 16 characters of Crockford's base 32, the first nine
/// the time in milliseconds, the others random, so that ids sort by arrival and are not guessed.
///
/// It is safe as a file name and in a log line.
public record QueueId(String value) implements Comparable<QueueId> {
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int TIME_DIGITS = 9;
    private static final int LENGTH = 16;

    public QueueId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a queue id");
        }
    }

    public static QueueId next(Instant now, RandomGenerator random) {
        char[] digits = new char[LENGTH];
        long time = now.toEpochMilli();
        for (int i = TIME_DIGITS - 1; i >= 0; i--) {
            digits[i] = DIGITS.charAt((int) (time & 31));
            time >>>= 5;
        }
        for (int i = TIME_DIGITS; i < LENGTH; i++) {
            digits[i] = DIGITS.charAt(random.nextInt(DIGITS.length()));
        }
        return new QueueId(new String(digits));
    }

    public static boolean isValid(String text) {
        return text.length() == LENGTH && text.chars().allMatch(c -> DIGITS.indexOf(c) >= 0);
    }

    @Override
    public int compareTo(QueueId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
