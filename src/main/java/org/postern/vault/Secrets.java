package org.postern.vault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postern.random.Randomness;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;
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
            return TokenSecret.isOne(lines)
                    ? TokenSecret.open(lines, refusals(file))
                    : lines.getFirst();
        } catch (NoSuchFileException e) {
            throw new IOException(
                    file + ": there is no password file; \"./gateway keys init\" makes it");
        }
    }

    /// The PINs that tokens have refused for a password file, in a file beside it: until another
    /// one is configured no process tries them again.
    public static TokenSecret.Refusals refusals(Path file) {
        return new RefusedPins(file.resolveSibling(file.getFileName() + ".refused"));
    }

    /// A line for each, Argon2id with a salt of its own.
    private record RefusedPins(Path file) implements TokenSecret.Refusals {
        /// The newest; each costs a hash before the token is asked.
        private static final int LINES_MAX = 5;

        private static final int OCTETS_MAX = 4_096;

        @Override
        public boolean hold(char[] tried) throws IOException {
            return lines().stream().anyMatch(line -> PasswordHash.matches(tried, line));
        }

        @Override
        public void keep(char[] tried) throws IOException {
            List<String> lines = new ArrayList<>(lines());
            lines.add(PasswordHash.of(tried, Randomness.shared()));
            List<String> newest =
                    lines.subList(Math.max(0, lines.size() - LINES_MAX), lines.size());
            WholeFile.replace(
                    FileDisk.forFolderOwner(),
                    file,
                    (String.join("\n", newest) + "\n").getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void forget() {
            try {
                Files.deleteIfExists(file);
            } catch (IOException _) {
                // It names PINs that were wrong: that it stays there hurts nobody.
            }
        }

        @Override
        public String place() {
            return file.toString();
        }

        private List<String> lines() throws IOException {
            byte[] octets;
            try (InputStream in = Files.newInputStream(file)) {
                octets = in.readNBytes(OCTETS_MAX);
            } catch (NoSuchFileException _) {
                return List.of();
            } catch (IOException e) {
                throw unreadable(e);
            }
            List<String> lines = new String(octets, StandardCharsets.ISO_8859_1).lines().toList();
            if (!lines.stream().allMatch(PasswordHash::isValid)) {
                throw unreadable(null);
            }
            return lines;
        }

        /// Then nobody knows how many tries the token has left.
        private IOException unreadable(@Nullable IOException cause) {
            return new IOException(
                    "the PINs that the token has refused cannot be read, and it is not asked: look"
                            + " whether the configured PIN is right, and remove "
                            + file,
                    cause);
        }
    }
}
