package org.postern.command;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The argument of BDAT: RFC 3030 §2.
///
/// @param octets of the payload that follows the command at once
public record ChunkArguments(long octets, boolean last) {
    private static final Pattern FORM =
            Pattern.compile("([0-9]{1,18})( LAST)?", Pattern.CASE_INSENSITIVE);

    /// @return empty if the length of the payload cannot be known, so that where the next command
    ///   begins is not known either
    public static Optional<ChunkArguments> parse(String argument) {
        Matcher form = FORM.matcher(argument);
        return form.matches()
                ? Optional.of(
                        new ChunkArguments(Long.parseLong(form.group(1)), form.group(2) != null))
                : Optional.empty();
    }
}
