package org.postern.condition;

import java.util.ArrayList;
import java.util.List;
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
        Set<FileKind> kinds, List<NamePattern> names, Optional<Comparison> size, boolean locked) {
    public FileTest {
        kinds = Set.copyOf(kinds);
        names = List.copyOf(names);
    }

    Match of(Attachment file) {
        if (!kinds.isEmpty() && !kinds.contains(file.kind())) {
            return Match.NO;
        }
        Match sized = Match.of(size.isEmpty() || size.get().holds(file.octets()));
        return sized.and(lock(file)).and(named(file));
    }

    /// That a password is needed is what a mark says: a file may bear it and open for anybody. So a
    /// yes is in doubt, as with any claim.
    private Match lock(Attachment file) {
        if (!locked) {
            return Match.YES;
        }
        return file.lock() == Lock.OPEN ? Match.NO : Match.DOUBTFUL_YES;
    }

    private Match named(Attachment file) {
        if (names.isEmpty() || names.stream().anyMatch(name -> name.fits(file.name()))) {
            return Match.YES;
        }
        return isReadable(file.name()) ? Match.NO : Match.DOUBTFUL_YES;
    }

    /// An encoded word that is left over could not be decoded.
    private static boolean isReadable(String name) {
        return !name.contains("=_") && name.indexOf('\uFFFD') < 0;
    }

    String words() {
        List<String> words = new ArrayList<>();
        if (!kinds.isEmpty()) {
            words.add(Words.or(kinds.stream().map(FileKind::word).sorted()));
        }
        if (!names.isEmpty()) {
            words.add("named " + Words.or(names.stream().map(NamePattern::written)));
        }
        size.ifPresent(octets -> words.add("size " + octets.sizeWords()));
        if (locked) {
            words.add("under a password");
        }
        return words.isEmpty() ? "any" : String.join(", ", words);
    }
}
