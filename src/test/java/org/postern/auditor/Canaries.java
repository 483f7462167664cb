package org.postern.auditor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Looks for words of protected mail where they must not be: as they are, in capitals, in base64 at
/// any alignment, in hexadecimal, in UTF-16, and over the ends of folded lines.
final class Canaries {
    private static final int BLOCK = 4 << 20;
    private static final int OVERLAP = 1 << 10;

    private final List<String> patterns = new ArrayList<>();

    /// @param beginning the letters that begin each canary of a run
    Canaries(String beginning) {
        if (beginning.length() < 10) {
            throw new IllegalArgumentException("so short a word may turn up by chance");
        }
        patterns.add(beginning);
        patterns.add(beginning.toUpperCase(Locale.ROOT));
        patterns.add(HexFormat.of().formatHex(beginning.getBytes(StandardCharsets.US_ASCII)));
        patterns.add(latin(beginning.getBytes(StandardCharsets.UTF_16BE)));
        patterns.add(latin(beginning.getBytes(StandardCharsets.UTF_16LE)));
        for (int before = 0; before < 3; before++) {
            byte[] octets = ("\0".repeat(before) + beginning).getBytes(StandardCharsets.US_ASCII);
            String all = Base64.getEncoder().withoutPadding().encodeToString(octets);
            // The first and the last characters hold bits of their neighbours.
            int from = before == 0 ? 0 : before + 1;
            int to = octets.length * 8 / 6;
            patterns.add(all.substring(from, to));
        }
    }

    private static String latin(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    /// Whether a canary is in a text, each octet a character.
    boolean isIn(String text) {
        String unfolded = text.replace("=\r\n", "").replace("\r\n", "").replace("\n", "");
        return patterns.stream().anyMatch(each -> text.contains(each) || unfolded.contains(each));
    }

    /// Whether a canary is in the name or the content of a file.
    boolean isIn(Path file) throws IOException {
        if (isIn(String.valueOf(file.getFileName()))) {
            return true;
        }
        try (InputStream in = Files.newInputStream(file)) {
            String kept = "";
            for (byte[] block = in.readNBytes(BLOCK);
                    block.length > 0;
                    block = in.readNBytes(BLOCK)) {
                String text = kept + latin(block);
                if (isIn(text)) {
                    return true;
                }
                kept = text.substring(Math.max(0, text.length() - OVERLAP));
            }
        }
        return false;
    }

    /// The files below a folder in which a canary is.
    List<Path> filesBelow(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (isIn(file)) {
                    found.add(file);
                }
            }
        }
        return found;
    }
}
