package org.postern.choice;

import java.time.DateTimeException;
import java.time.Instant;
import org.postern.mail.Address;

/// What is on record of one person: the last thing that she, or the clinic for her, said.
///
/// @param at to the millisecond
/// @param by `page` for herself, or `operator` and the user of the clinic's machine
/// @param source how the clinic knows, such as `form of 2026-03-02`; one line
public record Recorded(Address person, State state, Instant at, String by, String source) {
    /// Characters of a source.
    public static final int SOURCE_MAX = 200;

    /// How whoever chose on her own page is named.
    public static final String PAGE = "page";

    private static final int FIELDS = 4;

    /// What she said.
    public enum State {
        ORDINARY_MAIL("ordinary-mail"),
        WITHDRAWN("withdrawn");

        private final String word;

        State(String word) {
            this.word = word;
        }

        /// The word for it in the record and in the audit.
        public String word() {
            return word;
        }

        private static State of(String word) {
            for (State each : values()) {
                if (each.word.equals(word)) {
                    return each;
                }
            }
            throw new IllegalArgumentException("an unknown state");
        }
    }

    public Recorded {
        at = Instant.ofEpochMilli(at.toEpochMilli());
        if (!isSource(source) || by.indexOf(';') >= 0) {
            throw new IllegalArgumentException("a source is one line of at most 200 characters");
        }
    }

    /// Whether a text can say where a choice comes from: something in it is to be seen, nothing of
    /// it breaks a line or turns one around.
    public static boolean isSource(String text) {
        return !text.isBlank()
                && text.length() <= SOURCE_MAX
                && text.codePoints()
                        .noneMatch(sign ->
                                Character.isISOControl(sign)
                                        || Character.getType(sign) == Character.FORMAT
                                        || Character.getType(sign) == Character.LINE_SEPARATOR
                                        || Character.getType(sign)
                                                == Character.PARAGRAPH_SEPARATOR);
    }

    /// What is sealed; the source is last, for it may hold a semicolon.
    String words() {
        return String.join(";", state.word(), at.toString(), by, source);
    }

    /// @throws IllegalArgumentException if this release does not understand it
    static Recorded of(Address person, String words) {
        String[] fields = words.split(";", FIELDS);
        try {
            return new Recorded(
                    person,
                    State.of(fields[0]),
                    Instant.parse(fields[1]),
                    fields[2],
                    fields[FIELDS - 1]);
        } catch (DateTimeException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("not what was recorded", e);
        }
    }

    /// Nobody's address.
    @Override
    public String toString() {
        return "Recorded[" + state.word() + "]";
    }
}
