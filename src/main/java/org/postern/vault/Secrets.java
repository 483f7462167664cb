package org.postern.vault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.postern.token.TokenSecret;

/// Reads secrets that lie in files: never from an argument or the environment, where others see
/// them.
public final class Secrets {
    private Secrets() {}

    /// The first line of a file that holds a password; or, where that is the URI of a key in a
    /// hardware token, what the token opens of the second one.
    ///
    /// @throws IOException if there is none; the message is meant for the operator
    public static String firstLine(Path file) throws IOException {
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            if (lines.isEmpty() || lines.getFirst().isBlank()) {
                throw new IOException(file + ": the password file is empty");
            }
            return TokenSecret.isOne(lines) ? TokenSecret.open(lines) : lines.getFirst();
        } catch (NoSuchFileException e) {
            throw new IOException(
                    file + ": there is no password file; \"./gateway keys init\" makes it");
        }
    }
}
