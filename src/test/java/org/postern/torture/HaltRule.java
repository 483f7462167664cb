package org.postern.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// At which operation of its disk a gateway ends itself.
///
/// @param when before it, in the middle of a write, or after it
/// @param operation as `HaltingDisk` calls it: `sync spool/tmp/ID`
/// @param occurrence 1 is the first one after the rule was armed
/// @param armed a file; the rule counts from the time when it is there
record HaltRule(When when, String operation, int occurrence, Path armed) {
    static final int EXIT_CODE = 99;
    private static final String PROPERTY = "postern.halt";

    /// Where in an operation.
    enum When {
        BEFORE,
        HALFWAY,
        AFTER
    }

    /// Begins to count.
    void arm() throws IOException {
        Files.writeString(armed, "");
    }

    boolean isArmed() {
        return Files.exists(armed);
    }

    /// The word of the command line that carries it.
    String property() {
        return "-D%s=%s|%s|%d|%s".formatted(PROPERTY, when, operation, occurrence, armed);
    }

    /// The rule of this process.
    static HaltRule ofThisProcess() {
        List<String> parts = List.of(System.getProperty(PROPERTY, "").split("\\|", 4));
        return new HaltRule(
                When.valueOf(parts.get(0)),
                parts.get(1),
                Integer.parseInt(parts.get(2)),
                Path.of(parts.get(3)));
    }

    @Override
    public String toString() {
        return "%s %s, %d".formatted(when.name().toLowerCase(Locale.ROOT), operation, occurrence);
    }
}
