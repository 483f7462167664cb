package org.postern.condition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postern.facts.Attachment;
import org.postern.facts.Attachment.Lock;
import org.postern.facts.FileKind;

/// What is asked of one attachment: all that stands here, of the same file.
///
/// @param kinds one of these; empty for any
/// @param names one of these patterns, in which `*` stands for any characters; empty for any
/// @param size in octets; empty for any
/// @param locked whether a password must be needed to open it
public record FileTest(
        Set<FileKind> kinds, List<String> names, Optional<Comparison> size, boolean locked) {
    public FileTest {
        kinds = Set.copyOf(kinds);
        names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    Match of(Attachment file) {
        Match sized = Match.of(size.isEmpty() || size.get().holds(file.octets()));
        Match named = Match.of(names.isEmpty() || names.stream().anyMatch(n -> isNamed(n, file)));
        return Match.of(kinds.isEmpty() || kinds.contains(file.kind()))
                .and(sized)
                .and(named)
                .and(lock(file));
    }

    private Match lock(Attachment file) {
        if (!locked) {
            return Match.YES;
        }
        return file.lock() == Lock.UNKNOWN
                ? Match.DOUBTFUL_YES
                : Match.of(file.lock() == Lock.LOCKED);
    }

    /// The parts between the stars, each searched behind the one before: time grows with the length
    /// of the name times that of the pattern at most.
    private static boolean isNamed(String pattern, Attachment file) {
        String name = file.name().toLowerCase(Locale.ROOT);
        String[] parts = pattern.split("\\*", -1);
        if (parts.length == 1) {
            return name.equals(pattern);
        }
        String last = parts[parts.length - 1];
        if (!name.startsWith(parts[0])) {
            return false;
        }
        int from = parts[0].length();
        for (int i = 1; i < parts.length - 1; i++) {
            int found = name.indexOf(parts[i], from);
            if (found < 0) {
                return false;
            }
            from = found + parts[i].length();
        }
        return name.length() - last.length() >= from && name.endsWith(last);
    }

    String words() {
        List<String> words = new ArrayList<>();
        if (!kinds.isEmpty()) {
            words.add(Words.or(kinds.stream().map(FileKind::word).sorted()));
        }
        if (!names.isEmpty()) {
            words.add("named " + Words.or(names.stream()));
        }
        size.ifPresent(octets -> words.add("size " + octets.sizeWords()));
        if (locked) {
            words.add("under a password");
        }
        return words.isEmpty() ? "any" : String.join(", ", words);
    }
}
