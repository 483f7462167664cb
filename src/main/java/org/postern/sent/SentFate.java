package org.postern.sent;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// What is known of a message to a patient after it was stored.
///
/// @param read when the patient first opened it
/// @param replied whether she wrote after it, by page or by ordinary mail
/// @param paused whether its links open nothing: mail to her came back, or reached somebody else
/// @param linksEnd when the last link to its conversation ends; empty if there was none yet
public record SentFate(
        Optional<Instant> read, boolean replied, boolean paused, Optional<Instant> linksEnd) {
    /// The words that hold now.
    public Set<SentWord> words(Instant now) {
        Set<SentWord> words = EnumSet.noneOf(SentWord.class);
        if (read.isPresent()) {
            words.add(SentWord.READ);
        }
        if (replied) {
            words.add(SentWord.REPLIED);
        }
        if (words.isEmpty()) {
            boolean over = linksEnd.filter(end -> !end.isAfter(now)).isPresent();
            words.add(paused ? SentWord.FAILED : over ? SentWord.EXPIRED : SentWord.WAITING);
        }
        return words;
    }

    /// When they hold no longer by the clock alone, if nothing else happens.
    public Optional<Instant> due(Instant now) {
        return words(now).contains(SentWord.WAITING) ? linksEnd : Optional.empty();
    }

    /// The end of links by which they hold: before it they would not, as by a clock that is set
    /// back.
    public Optional<Instant> over(Instant now) {
        return words(now).contains(SentWord.EXPIRED) ? linksEnd : Optional.empty();
    }
}
