package org.postern.keycare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.config.GatewayConfig.Storage;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;
import org.postern.token.TokenSecret;
import org.postern.vault.Secrets;

/// `keys token`: puts the password of all keystores under a key that stays in a hardware token, or
/// takes it out again.
final class KeyToken {
    private final Console console;
    private final RandomGenerator random;

    KeyToken(Console console, RandomGenerator random) {
        this.console = console;
        this.random = random;
    }

    /// @param word a PKCS#11 URI, or `off`
    int run(Storage storage, String word) throws IOException {
        Path file = storage.keystorePassword().toAbsolutePath();
        String secret = Secrets.firstLine(file);
        boolean off = word.equals("off");
        TokenSecret.Refusals refusals = Secrets.refusals(file);
        String text = off ? secret + "\n" : TokenSecret.seal(word, secret, random, refusals);
        if (!off && !TokenSecret.open(text.lines().toList(), refusals).equals(secret)) {
            throw new IOException("the token did not open what it had sealed; nothing changed");
        }
        WholeFile.replace(FileDisk.forFolderOwner(), file, text.getBytes(StandardCharsets.UTF_8));
        console.line(
                off
                        ? file + " holds the password itself again."
                        : file
                                + " opens with the token alone now. Make a backup of the keys:"
                                + " without token and backup nothing opens any more. What lay in"
                                + " the file before may still be on the disk.");
        return Command.OK;
    }
}
