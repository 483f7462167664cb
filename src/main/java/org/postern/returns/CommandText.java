package org.postern.returns;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.follow.Command;
import org.postern.mail.Content;
import org.postern.mime.Letter;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.texts.HtmlText;

/// Reads the one word of a command: the first of the plain text that is not quoted.
final class CommandText {
    private static final Pattern WORD = Pattern.compile("\\p{L}+");

    private CommandText() {}

    /// @return empty if the first word is none of ours
    static Optional<Command> read(Content content) throws IOException, MimeException {
        Letter letter = Letter.of(MimeIndex.of(content), content);
        Optional<MimePart> plain = letter.plain();
        String text;
        if (plain.isPresent()) {
            text = letter.text(plain.get());
        } else if (letter.html().isPresent()) {
            // Some programs write no other form. A quote begins behind the word, never before it.
            text = HtmlText.of(letter.text(letter.html().get()));
        } else {
            return Optional.empty();
        }
        return word(text).flatMap(Command::of);
    }

    private static Optional<String> word(String text) {
        for (String line : text.lines().toList()) {
            if (!line.startsWith(">")) {
                Matcher word = WORD.matcher(line);
                if (word.find()) {
                    return Optional.of(word.group());
                }
            }
        }
        return Optional.empty();
    }
}
