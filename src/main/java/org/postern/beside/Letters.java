package org.postern.beside;

import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.incoming.LyingMail;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mime.MimeException;
import org.postern.outline.Outline;
import org.postern.outline.OutlineReader;
import org.postern.upstream.UpstreamClient;

/// Letters of one folder that were read just now, so that a program that asks for one piece by
/// piece does not make the gateway fetch and open it each time.
final class Letters implements AutoCloseable {
    /// Letters, and octets of all but the newest.
    static final int LETTERS_MAX = 16;

    private static final long OCTETS_MAX = 64L << 20;

    /// Characters of an outline; a letter with a longer one is shown as octets.
    private static final int OUTLINE_CHARS_MAX = 256 << 10;

    private final Clinic.Reading reading;
    private final Address owner;
    private final Map<Integer, Letter> kept = new LinkedHashMap<>(LETTERS_MAX, 0.75f, true);

    Letters(Clinic.Reading reading, Address owner) {
        this.reading = reading;
        this.owner = owner;
    }

    long octetsMax() {
        return reading.letterOctetsMax();
    }

    LyingMail mail() {
        return reading.mail();
    }

    /// A letter as one reader sees it, for as long as it is kept.
    ///
    /// @param shown may read the spill
    record Letter(Content shown, Outline outline, Spills.Spill spill) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            spill.close();
        }
    }

    /// What one letter is.
    ///
    /// @param name its own for good
    /// @param octets of it, as far as they are known
    /// @param arrived at the clinic's server
    record Which(int uid, String name, long octets, Instant arrived) {}

    /// @return empty if it is not there any more
    /// @throws IOException if it cannot be fetched, or not be read
    Optional<Letter> read(UpstreamClient client, Which which) throws IOException {
        @Nullable Letter there = kept.get(which.uid());
        if (there != null) {
            return Optional.of(there);
        }
        Optional<Spills.Spill> found =
                reading.spills()
                        .keep(
                                owner.key(),
                                which.octets(),
                                out -> client.letter(which.uid(), reading.letterOctetsMax(), out));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Spills.Spill spill = found.get();
        Letter made;
        try {
            Content shown = shown(spill, which);
            made = new Letter(shown, outline(shown), spill);
        } catch (IOException | RuntimeException e) {
            spill.close();
            throw e;
        }
        kept.put(which.uid(), made);
        shrink(LETTERS_MAX);
        return Optional.of(made);
    }

    private Content shown(Spills.Spill spill, Which which) throws IOException {
        LyingMail.Memory memory = reading.verdicts().of(which.name(), spill.hash());
        return reading.mail().shown(spill, owner, judged(which.arrived()), memory);
    }

    /// Certificates are judged as of when a letter came, by the word of the server: but of no time
    /// that is still to come, and as of now where it does not say when.
    private Instant judged(Instant arrived) {
        Instant now = reading.clock().instant();
        return arrived.equals(Row.UNDATED) || arrived.isAfter(now) ? now : arrived;
    }

    private static Outline outline(Content shown) throws IOException {
        try {
            Outline outline = OutlineReader.read(shown);
            int chars =
                    outline.header().length()
                            + outline.envelope().length()
                            + outline.body().length()
                            + outline.structure().length();
            return chars > OUTLINE_CHARS_MAX ? coarse(shown) : outline;
        } catch (MimeException e) {
            return coarse(shown);
        }
    }

    /// Of a message that breaks a limit the header fields are told, if they break none.
    private static Outline coarse(Content shown) throws IOException {
        try {
            return Row.coarse(Row.section(shown), shown.size());
        } catch (MimeException e) {
            return OutlineReader.opaque(shown.size());
        }
    }

    /// Whether it was read just now.
    boolean holds(int uid) {
        return kept.containsKey(uid);
    }

    /// Lets all go but the newest. Nothing of them may be read meanwhile.
    void rest() throws IOException {
        shrink(1);
    }

    private void shrink(int most) throws IOException {
        long octets = kept.values().stream().mapToLong(it -> it.spill().size()).sum();
        Iterator<Letter> eldest = kept.values().iterator();
        while (kept.size() > most || (octets > OCTETS_MAX && kept.size() > 1)) {
            Letter letter = eldest.next();
            octets -= letter.spill().size();
            eldest.remove();
            letter.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (Letter each : kept.values()) {
            each.close();
        }
        kept.clear();
    }
}
