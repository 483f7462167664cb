package org.postern.gathering;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.postern.facts.FileKind;
import org.postern.facts.Phi;
import org.postern.files.CodedText;
import org.postern.files.FileLook;
import org.postern.files.Magic;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.mime.Text;
import org.postern.phi.Scan;
import org.postern.texts.Budget;
import org.postern.texts.FileTexts;
import org.postern.texts.HtmlText;
import org.postern.texts.PdfReaders;

/// Looks through the texts of a message for health information: its subject, every plain and HTML
/// part, every attached file that is nothing but text, PDF, Office files, and what lies in zip
/// archives.
///
/// Pictures, sounds and films are taken to hold no text, if they hold no other file. Whatever else
/// is not text, is longer than a limit, encrypted or broken, is not looked through, and the finding
/// says so.
public final class PhiLook {
    /// Octets of text that are read of one message. More is not looked through.
    public static final int TEXT_OCTETS_MAX = 2 << 20;

    /// Octets of files that are read of one message, one after the other.
    public static final int FILE_OCTETS_MAX = 32 << 20;

    /// How long a message waits for its turn; then it is not looked through.
    private static final long TURN_SECONDS_MAX = 30;

    /// Messages that are looked through at the same time.
    private static final int TURNS_MAX = 2;

    /// Of the heap, for each of them: a file, what is inflated of it, and its text.
    private static final long TURN_HEAP_OCTETS = 256L << 20;

    /// What stands for octets that are no characters.
    private static final char UNREADABLE = '\uFFFD';

    private final Semaphore turns;
    private final FileTexts files;
    private final IntSupplier year;

    /// @param atOnce messages that are looked through at the same time, each with some ten MiB
    /// @param year of now
    public PhiLook(int atOnce, IntSupplier year) {
        this.turns = new Semaphore(atOnce);
        this.year = year;
        this.files = new FileTexts(new PdfReaders(atOnce));
    }

    /// How many messages may be looked through at the same time.
    ///
    /// @param heapOctets that the gateway may have
    public static int turns(long heapOctets) {
        return Math.clamp(heapOctets / TURN_HEAP_OCTETS, 1, TURNS_MAX);
    }

    /// A walk over a message.
    ///
    /// @param <T> what comes of it
    @FunctionalInterface
    interface Walk<T> {
        /// @param looking null if it did not come to its turn in time
        T over(@Nullable Looking looking) throws IOException;
    }

    /// @param forms of the clinic's own record numbers
    <T> T inTurn(Phi.RecordForms forms, Walk<T> walk) throws IOException {
        try {
            if (!turns.tryAcquire(TURN_SECONDS_MAX, TimeUnit.SECONDS)) {
                return walk.over(null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return walk.over(null);
        }
        try {
            return walk.over(new Looking(files, new Scan(year.getAsInt(), forms)));
        } finally {
            turns.release();
        }
    }

    /// The look at one message. For one thread.
    static final class Looking {
        private final FileTexts files;
        private final Scan scan;
        private final Budget budget = new Budget(Budget.Limits.USUAL);
        private boolean inspected = true;
        private int textLeft = TEXT_OCTETS_MAX;
        private int fileLeft = FILE_OCTETS_MAX;

        private Looking(FileTexts files, Scan scan) {
            this.files = files;
            this.scan = scan;
        }

        /// @param subject decoded
        void subject(String subject) {
            scan.subject(subject);
        }

        /// What was found in all that was shown so far.
        Phi phi(MimeIndex index) {
            boolean clear = !index.ambiguous() && index.doubt().isEmpty();
            return scan.result(inspected && clear);
        }

        /// Looks through one part.
        ///
        /// @return the same octets once more, for whoever else wants to see them; they have to be
        ///   read to their end
        InputStream part(MimePart part, InputStream decoded) throws IOException {
            boolean prose = part.isA("text");
            byte[] head = decoded.readNBytes(FileLook.HEAD_OCTETS);
            FileKind kind = Magic.kind(head);
            return switch (kind) {
                case PDF, OFFICE, ZIP -> {
                    inspected &= !prose;
                    yield file(part, kind, head, decoded);
                }
                case TEXT -> text(part, head, decoded);
                case IMAGE, AUDIO, VIDEO -> {
                    // Nobody reads text in them, unless they are said to be text.
                    inspected &= !prose;
                    yield prose
                            ? text(part, head, decoded)
                            : new Watched(both(head, decoded), () -> inspected = false);
                }
                case OLE, PROGRAM, ARCHIVE, MESSAGE -> {
                    inspected = false;
                    yield prose ? text(part, head, decoded) : both(head, decoded);
                }
                case OTHER -> {
                    // Octets that are no text in a charset without them may be text in one with
                    // them, if that is named.
                    inspected &= prose && !part.parameter("charset").isEmpty();
                    yield prose ? text(part, head, decoded) : both(head, decoded);
                }
            };
        }

        /// @param most octets in all
        private static byte[] more(byte[] head, int most, InputStream decoded) throws IOException {
            return both(head, decoded).readNBytes(Math.max(head.length, most));
        }

        private InputStream text(MimePart part, byte[] head, InputStream decoded)
                throws IOException {
            byte[] kept = more(head, textLeft, decoded);
            textLeft -= kept.length;
            int next = decoded.read();
            inspected &= next < 0 && textLeft >= 0;
            if (textLeft >= 0) {
                read(part, kept);
            }
            return both(kept, next, decoded);
        }

        private void read(MimePart part, byte[] octets) {
            String charset = part.parameter("charset");
            String text = Text.decode(octets, charset);
            // Programs guess differently at what no charset explains.
            inspected &= charset.isEmpty() || Text.charset(charset).isPresent();
            inspected &= text.indexOf(UNREADABLE) < 0 && text.indexOf('\0') < 0;
            inspected &= !CodedText.isIn(text);
            scan.read(part.type().equals("text/html") ? HtmlText.of(text) : text);
        }

        /// A text may begin like such a file, so one that is said to be text is read as both, and
        /// counts as not read: nobody knows as what the reader's program shows it.
        private InputStream file(MimePart part, FileKind kind, byte[] head, InputStream decoded)
                throws IOException {
            int most = Budget.Limits.USUAL.octets() + 1;
            byte[] kept = more(head, Math.min(fileLeft, most), decoded);
            fileLeft -= kept.length;
            int next = decoded.read();
            boolean all = next < 0 && fileLeft >= 0;
            if (all) {
                FileTexts.Read read = files.of(kind, kept, budget);
                scan.read(read.text());
                all = read.whole();
            }
            if (part.isA("text") && kept.length <= textLeft) {
                textLeft -= kept.length;
                read(part, kept);
            }
            inspected &= all;
            return both(kept, next, decoded);
        }

        /// @param next the octet between them; negative at the end
        private static InputStream both(byte[] kept, int next, InputStream decoded) {
            return next < 0
                    ? new ByteArrayInputStream(kept)
                    : both(kept, both(new byte[] {(byte) next}, decoded));
        }

        private static InputStream both(byte[] kept, InputStream decoded) {
            return new SequenceInputStream(new ByteArrayInputStream(kept), decoded);
        }
    }
}
