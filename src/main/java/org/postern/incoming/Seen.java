package org.postern.incoming;

import java.io.IOException;
import java.util.Optional;
import org.postern.mail.Content;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.opening.Reading;
import org.postern.scan.Scanner;
import org.postern.scan.Scanner.Result;

/// A message as the holder of certain keys sees it, looked through as at the door: for viruses if
/// there is a scanner, and for what makes a reader see another message than a scanner does.
///
/// @param message what was opened, as mail again; empty if nothing was, or it cannot travel as mail
/// @param scanned of what nobody at the door could look into
record Seen(Reading reading, Optional<Content> message, Result scanned) {
    static Seen of(Reading reading, Optional<Content> message, Optional<Scanner> scanner)
            throws IOException {
        return new Seen(reading, message, look(reading, message, scanner));
    }

    /// What was opened is looked through as it goes on, and what lies in layers that a scanner does
    /// not see through (signed with the content inside, compressed) as the entity inside them all.
    private static Result look(
            Reading reading, Optional<Content> message, Optional<Scanner> scanner)
            throws IOException {
        if (message.isPresent()) {
            Result outside = look(message.get(), scanner);
            if (!(outside instanceof Result.Clean)) {
                return outside;
            }
        }
        if (!reading.isWrapped()) {
            return new Result.Clean();
        }
        if (reading.isReached()) {
            return look(reading.entity(), scanner);
        }
        return scanner.isPresent()
                ? new Result.NotScanned("it lies in layers that cannot be read")
                : new Result.Clean();
    }

    private static Result look(Content content, Optional<Scanner> scanner) throws IOException {
        try {
            Optional<String> doubt = MimeIndex.of(content).doubt();
            return doubt.isPresent()
                    ? new Result.NotScanned(doubt.get())
                    : scanner.map(it -> it.scan(content)).orElseGet(Result.Clean::new);
        } catch (MimeException e) {
            return new Result.NotScanned("it cannot be read: " + e.reason());
        }
    }
}
