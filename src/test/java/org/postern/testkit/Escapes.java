package org.postern.testkit;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Octets in a line of a test's table: `\r`, `\n`, `\0`, `\\` and `\xHH` (two hexadecimal digits in
/// upper case) are one octet each, `\{text*N}` is the text N times, every other character is
/// itself.
public final class Escapes {
    private static final Pattern ESCAPE =
            Pattern.compile("\\\\(r|n|0|\\\\|x([0-9A-F]{2})|\\{(.+?)\\*([0-9]+)})");

    private Escapes() {}

    /// The octets that a text stands for, each a character.
    public static String octets(String text) {
        return ESCAPE.matcher(text).replaceAll(escape -> Matcher.quoteReplacement(octets(escape)));
    }

    private static String octets(MatchResult escape) {
        return switch (escape.group(1).charAt(0)) {
            case 'r' -> "\r";
            case 'n' -> "\n";
            case '0' -> "\0";
            case 'x' -> String.valueOf((char) Integer.parseInt(escape.group(2), 16));
            case '{' -> octets(escape.group(3)).repeat(Integer.parseInt(escape.group(4)));
            default -> "\\";
        };
    }
}
