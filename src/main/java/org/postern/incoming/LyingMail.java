package org.postern.incoming;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.postern.keyring.Keyring;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.opening.Layer;
import org.postern.opening.MessageVerdict;
import org.postern.opening.Reading;
import org.postern.opening.SmimeReader;
import org.postern.pki.PartnerDirectory;
import org.postern.scan.Scanner;
import org.postern.smime.SmimeDecryptor;
import org.postern.smime.SmimeType;

/// Mail that lies at the clinic's own server and stays as it is there, as one of the clinic's
/// people reads it: what is encrypted to her is opened for her, within the limits of mail that
/// comes in and with the same verdict above it.
///
/// Nothing is said to whoever sent it (C03), and whatever does not open looks alike. The authority
/// of a signer may be asked whether her certificate was revoked, where it is one that we trust.
public final class LyingMail {
    /// For the first word of a signer's authority, whose reader waits as well.
    private static final Duration AUTHORITY_WAIT_MAX = Duration.ofSeconds(5);

    private static final Duration AUTHORITY_LOOK = Duration.ofMillis(200);

    private final ReaderKeys keys;
    private final PartnerDirectory partners;
    private final Incoming.Voice voice;
    private final Beside beside;

    /// Who else has a say, and how long they are waited for.
    private record Beside(Optional<Scanner> scanner, Duration patience) {}

    /// Remembers the verdict by which the octets of a message were shown first.
    public interface Memory {
        /// Empty if they were not shown.
        Optional<MessageVerdict> before() throws IOException;

        /// @param found now
        /// @return the first one, which counts; durable on return
        MessageVerdict first(MessageVerdict found) throws IOException;
    }

    /// @param keyring with the keys of the clinic's people
    /// @param scanner looks through what was opened, which nobody could before
    public LyingMail(
            Keyring keyring,
            PartnerDirectory partners,
            Incoming.Voice voice,
            Optional<Scanner> scanner) {
        this(new ReaderKeys(keyring), partners, voice, new Beside(scanner, AUTHORITY_WAIT_MAX));
    }

    private LyingMail(
            ReaderKeys keys, PartnerDirectory partners, Incoming.Voice voice, Beside beside) {
        this.keys = keys;
        this.partners = partners;
        this.voice = voice;
        this.beside = beside;
    }

    /// The same, which waits for authorities only so long.
    LyingMail waiting(Duration patience) {
        return new LyingMail(keys, partners, voice, new Beside(beside.scanner(), patience));
    }

    /// Whether a message may be shown otherwise than cleaned. Of a header section that breaks a
    /// limit of those who read it only the whole message tells what is shown.
    ///
    /// @param head its header section
    public boolean isWrapped(Content head) throws IOException {
        try {
            return isWrapped(HeaderSection.read(head));
        } catch (MimeException e) {
            return true;
        }
    }

    private static boolean isWrapped(HeaderSection outer) {
        return !(SmimeType.of(outer) instanceof SmimeType.Plain);
    }

    /// The same message without fields that nobody else may write.
    public Content cleaned(Content content) throws IOException {
        return Cleaned.of(content, voice.own());
    }

    /// A message as she sees it. What is no envelope is shown as it lies, octet for octet but for
    /// fields that nobody else may write; an envelope that does not open lies below a verdict that
    /// says so. What breaks a limit of those who read S/MIME is none.
    ///
    /// @param content stays readable as long as what is returned
    /// @param arrived when it came there; certificates are judged as of then
    /// @throws IOException if it cannot be read, or not be shown as it must be
    public Content shown(Content content, Address reader, Instant arrived, Memory memory)
            throws IOException {
        try {
            return read(content, reader, arrived, memory);
        } catch (MimeException e) {
            return cleaned(content);
        }
    }

    private Content read(Content content, Address reader, Instant arrived, Memory memory)
            throws IOException, MimeException {
        HeaderSection outer = HeaderSection.read(content);
        if (!isWrapped(outer)) {
            return cleaned(content);
        }
        ReaderKeys.Found found = keys.of(reader);
        SmimeReader smime = new SmimeReader(partners, new SmimeDecryptor(found.readable()));
        Reading reading = smime.read(content, arrived);
        if (!isEnvelope(outer, reading)) {
            return cleaned(content);
        }
        Optional<MessageVerdict> before = memory.before();
        if (before.isEmpty() && reading.awaitsAuthority()) {
            reading = awaited(() -> smime.read(content, arrived));
        }
        Optional<Content> message =
                reading.opened().isEmpty()
                        ? Optional.empty()
                        : OpenedMessage.of(outer, reading.opened().get(), voice.own());
        Seen seen = Seen.of(reading, message, beside.scanner());
        if (message.isEmpty() || Incoming.hold(found, seen).isPresent()) {
            String fields = VerdictFields.of(voice.hostname(), reading, MessageVerdict.NOT_OPENED);
            return cleaned(content).below(fields);
        }
        Reading judged = reading.judged(verdict(reading, before, memory));
        return message.get().below(VerdictFields.of(voice.hostname(), judged, judged.verdict()));
    }

    /// The first one counts, if it was a lasting one. As long as nobody knows how the signer's
    /// certificate stands it is none: a signature that could not be proved once would never be. Nor
    /// is it while something inside does not open, for which a key may come, or go.
    private static MessageVerdict verdict(
            Reading reading, Optional<MessageVerdict> before, Memory memory) throws IOException {
        MessageVerdict now = reading.verdict();
        if (isShut(now)) {
            return now;
        }
        if (before.isPresent()) {
            return isShut(before.get()) ? now : before.get();
        }
        return reading.lacksAuthority() ? now : memory.first(now);
    }

    private static boolean isShut(MessageVerdict verdict) {
        return verdict == MessageVerdict.NOT_OPENED || verdict == MessageVerdict.UNREADABLE;
    }

    /// Reads a message.
    @FunctionalInterface
    private interface Again {
        Reading read() throws IOException;
    }

    /// Reads it again until the authority that is being asked has said its first word.
    ///
    /// @throws IOException if it has not in time; the reader may try again in a moment
    private Reading awaited(Again again) throws IOException {
        long end = System.nanoTime() + beside.patience().toNanos();
        Reading reading = again.read();
        while (reading.awaitsAuthority()) {
            if (System.nanoTime() - end >= 0) {
                throw new IOException("the signer's certificate is being looked up");
            }
            pause();
            reading = again.read();
        }
        return reading;
    }

    private static void pause() throws InterruptedIOException {
        LockSupport.parkNanos(AUTHORITY_LOOK.toNanos());
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("a wait for an authority was interrupted");
        }
    }

    /// One that is there, or that the label promises: whatever does not open looks alike.
    private static boolean isEnvelope(HeaderSection outer, Reading reading) {
        return SmimeType.of(outer) instanceof SmimeType.Enveloped
                || reading.layers().stream().anyMatch(Layer.Enveloped.class::isInstance);
    }
}
