package org.postern.keycare;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.postern.cli.Arguments;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.precis.OpaqueString;

/// The password of a backup of keys: from a person at the terminal, or from a file descriptor.
/// Never an argument and never the environment, where others see it.
final class BackupPassword {
    /// The option that names a file descriptor.
    static final String OPTION = "password-fd";

    private static final String PROMPT = "Password of the backup: ";
    private static final int CHARS_MIN = 12;

    private final Console console;

    BackupPassword(Console console) {
        this.console = console;
    }

    /// A new one, in the one way to write it (RFC 8265); a person types it twice.
    char[] chosen(Arguments arguments) throws UsageException, IOException {
        char[] password = prepared(given(arguments, PROMPT));
        if (password.length < CHARS_MIN) {
            throw new UsageException(
                    "a password of a backup has at least " + CHARS_MIN + " characters");
        }
        if (arguments.value(OPTION).isEmpty()) {
            char[] again =
                    prepared(
                            console.askSecret("The same again: ")
                                    .orElseThrow(
                                            () -> new UsageException("the password is missing")));
            if (!Arrays.equals(password, again)) {
                throw new UsageException("these were two different passwords");
            }
        }
        return password;
    }

    /// One that was chosen before, in all ways in which it may have been written down then: as
    /// `chosen` writes it, and as it is typed, which is what earlier releases took.
    List<char[]> known(Arguments arguments) throws UsageException, IOException {
        char[] typed = given(arguments, PROMPT);
        return OpaqueString.prepared(typed)
                .filter(prepared -> !Arrays.equals(prepared, typed))
                .map(prepared -> List.of(prepared, typed))
                .orElseGet(() -> List.of(typed));
    }

    private static char[] prepared(char[] typed) throws UsageException {
        return OpaqueString.prepared(typed)
                .orElseThrow(() ->
                        new UsageException(
                                "a password of a backup has 1 to "
                                        + OpaqueString.UTF16_UNITS_MAX
                                        + " characters that can be seen"));
    }

    private char[] given(Arguments arguments, String prompt) throws UsageException, IOException {
        Optional<String> descriptor = arguments.value(OPTION);
        if (descriptor.isEmpty()) {
            return console.askSecret(prompt)
                    .orElseThrow(() ->
                            new UsageException(
                                    "nobody sits at a terminal; give the password by --"
                                            + OPTION
                                            + " N, which names an open file descriptor"));
        }
        if (!descriptor.get().matches("0|[1-9][0-9]{0,4}")) {
            throw new UsageException("--" + OPTION + " is the number of a file descriptor");
        }
        try (InputStream in = stream(descriptor.get())) {
            String line =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                            .readLine();
            if (line == null || line.isEmpty()) {
                throw new UsageException("the file descriptor gave no password");
            }
            return line.toCharArray();
        }
    }

    private InputStream stream(String descriptor) throws IOException {
        return descriptor.equals("0") ? console.in() : new FileInputStream("/dev/fd/" + descriptor);
    }
}
