package org.postern.keyring;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.postern.mail.DeliveryOutcome.NotYetException;

/// Nobody knows for sure what the clinic has revoked: the book of it, or a list that was published,
/// is missing, older, damaged or cannot be read. The message is a sentence for people: what
/// happened, which file, and the command that mends it.
public final class BookLostException extends NotYetException {
    private static final long serialVersionUID = 1L;

    /// Of the lines that cannot be read.
    private static final int NAMED_MAX = 5;

    private BookLostException(String sentence, String reason) {
        super(sentence, reason);
    }

    /// @param file where it should lie
    static BookLostException missing(Path file) {
        return new BookLostException(
                "the book of revoked certificates is missing, and nothing is signed or published"
                        + " without it: put "
                        + file
                        + " back from the backup of the keys, or see ./gateway cert book; if the"
                        + " clinic's authority was made before there was such a book, run"
                        + " ./gateway cert book restore once",
                "the list of revoked certificates is missing: run ./gateway cert book restore");
    }

    /// @param count of certificates that were published as revoked and are not in it
    static BookLostException older(int count) {
        return new BookLostException(
                "%d certificates that were published as revoked are not in the book: an older one"
                                .formatted(count)
                        + " was put back, and nothing is signed or published by it; see ./gateway"
                        + " cert book",
                "the list of revoked certificates is an old one: run ./gateway cert book restore");
    }

    /// @param lines the numbers of those that cannot be read
    static BookLostException damaged(Path file, List<Integer> lines) {
        String numbers =
                lines.stream()
                                .limit(NAMED_MAX)
                                .map(String::valueOf)
                                .collect(Collectors.joining(", "))
                        + (lines.size() > NAMED_MAX ? ", …" : "");
        return new BookLostException(
                "the book of revoked certificates is damaged, and nothing is signed or published by"
                        + " half of it: %s cannot be read in line %s; put it back from the backup"
                                .formatted(file, numbers)
                        + " of the keys, or run ./gateway cert book restore --sure, which takes the"
                        + " other lines from it and what is missing from the lists in the data"
                        + " folder",
                "the list of revoked certificates is damaged: run ./gateway cert book restore");
    }

    static BookLostException unreadable(Path file, IOException cause) {
        return of(
                "the book of revoked certificates cannot be read, and nothing is signed or"
                        + " published without it: %s (%s); %s or put it back from the backup of the"
                        + " keys; if it cannot be mended, ./gateway cert book restore --sure moves"
                        + " it away and writes it anew from the lists in the data folder",
                file, cause);
    }

    /// @param place a list, or the folder of all
    static BookLostException unreadableLists(Path place, IOException cause) {
        return of(
                "what was published as revoked cannot be read, and nothing is signed or published"
                        + " before it can: %s (%s); %s or put it back from the backup of the data;"
                        + " if it cannot be mended, ./gateway cert book restore --sure moves it"
                        + " aside and writes the lists anew from the book",
                place, cause);
    }

    private static BookLostException of(String sentence, Path place, IOException cause) {
        BookLostException lost =
                new BookLostException(
                        sentence.formatted(
                                place, why(cause), "let it belong to the user of the gateway,"),
                        "what was revoked cannot be read: run ./gateway cert book");
        lost.initCause(cause);
        return lost;
    }

    /// What the exceptions of files say is mostly the name of the file.
    private static String why(IOException cause) {
        return switch (cause) {
            case AccessDeniedException _ -> "access is denied";
            case NotDirectoryException _ -> "it is no folder";
            default -> String.valueOf(cause.getMessage());
        };
    }
}
