package org.postern.rewrap;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;
import org.postern.vault.SealBrokenException;
import org.postern.vault.SealedText;
import org.postern.vault.Vault;

/// A text file in some of whose lines the last field, behind a semicolon, is a sealed text in
/// hexadecimal digits. It is only ever replaced whole.
public final class SealedLines implements SealedPlace {
    private final Path file;
    private final Vault vault;
    private final Predicate<String> isSealed;

    /// @param isSealed whether a line holds a sealed text
    public SealedLines(Path file, Vault vault, Predicate<String> isSealed) {
        this.file = file;
        this.vault = vault;
        this.isSealed = isSealed;
    }

    /// To be held by whoever changes such a file, from before something is sealed for it until it
    /// is written: the commands and the gateway are processes of their own, and neither may undo
    /// what the other one wrote.
    ///
    /// @throws IOException if somebody else holds it; the message is for the operator
    public static Closeable lock(Path file) throws IOException {
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        try {
            return FileDisk.forFolderOwner().lock(lock);
        } catch (IOException e) {
            throw new IOException(file + " is being changed by somebody else; try again", e);
        }
    }

    @Override
    public Tally rewrap(Pace pace) throws IOException {
        if (!Files.exists(file)) {
            return Tally.NONE;
        }
        try (Closeable _ = lock(file)) {
            return rewrapLines(pace);
        } catch (NoSuchFileException _) {
            return Tally.NONE;
        }
    }

    private Tally rewrapLines(Pace pace) throws IOException {
        Tally tally = Tally.NONE;
        List<String> after = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String fresh = line;
            if (isSealed.test(line)) {
                pace.step();
                int at = line.lastIndexOf(';') + 1;
                OptionalInt kek = OptionalInt.empty();
                try {
                    byte[] sealed = HexFormat.of().parseHex(line.substring(at));
                    kek = SealedText.kekOf(sealed);
                    if (kek.stream().anyMatch(id -> id == vault.active())) {
                        tally = tally.plus(Tally.ofCurrent());
                    } else {
                        byte[] rewrapped = SealedText.rewrap(vault, sealed);
                        fresh = line.substring(0, at) + HexFormat.of().formatHex(rewrapped);
                        tally = tally.plus(Tally.ofRewrapped());
                    }
                } catch (SealBrokenException | IllegalArgumentException _) {
                    tally = tally.plus(Tally.ofDamaged(kek));
                }
            }
            after.add(fresh);
        }
        if (tally.rewrapped() > 0) {
            String text = String.join("\n", after) + "\n";
            WholeFile.replace(
                    FileDisk.forFolderOwner(),
                    file.toAbsolutePath(),
                    text.getBytes(StandardCharsets.UTF_8));
        }
        return tally;
    }
}
