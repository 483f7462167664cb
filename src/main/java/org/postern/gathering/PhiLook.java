package org.postern.gathering;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.postern.facts.Phi;
import org.postern.mail.Content;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;
import org.postern.mime.Text;
import org.postern.phi.Scan;

/// Looks through the texts of a message for health information: its subject, every plain and HTML
/// part, and every attached file that is nothing but text.
///
/// Pictures, sounds and films are taken to hold no text. Whatever else is not text, or is longer
/// than the limit, is not looked through, and the finding says so.
public final class PhiLook {
    /// Octets of text that are read of one message. More is not looked through.
    public static final int TEXT_OCTETS_MAX = 2 << 20;

    /// How long a message waits for its turn; then it is not looked through.
    private static final long TURN_SECONDS_MAX = 30;

    private final Semaphore turns;

    /// @param atOnce messages that are looked through at the same time, each with some MiB
    public PhiLook(int atOnce) {
        this.turns = new Semaphore(atOnce);
    }

    /// @param subject decoded
    /// @param content what `index` was made of
    public Phi of(String subject, MimeIndex index, Content content) throws IOException {
        try {
            if (!turns.tryAcquire(TURN_SECONDS_MAX, TimeUnit.SECONDS)) {
                return Phi.UNSEEN;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Phi.UNSEEN;
        }
        try {
            return look(subject, index, content);
        } finally {
            turns.release();
        }
    }

    private static Phi look(String subject, MimeIndex index, Content content) throws IOException {
        Looking looking = new Looking();
        looking.scan.read(subject);
        Set<MimePart> signatures = Makeups.signatures(index);
        List<MimePart> leaves = PartWalk.leaves(index, part -> !signatures.contains(part));
        PartWalk.over(leaves, content, looking::part);
        boolean clear = !index.ambiguous() && index.doubt().isEmpty();
        return looking.scan.result(looking.inspected && clear);
    }

    private static final class Looking {
        private final Scan scan = new Scan();
        private boolean inspected = true;
        private int left = TEXT_OCTETS_MAX;

        void part(MimePart part, InputStream decoded) throws IOException {
            boolean prose = part.isA("text");
            byte[] head = decoded.readNBytes(FileLook.HEAD_OCTETS);
            switch (Magic.kind(head)) {
                case IMAGE, AUDIO, VIDEO -> {
                    // Nobody reads text in them.
                    inspected &= !prose;
                }
                case TEXT -> text(part, head, decoded);
                case PDF, ZIP, OFFICE, OLE, PROGRAM, ARCHIVE, MESSAGE, OTHER -> {
                    if (prose) {
                        // Octets that are no text in a charset without them may be text in others.
                        text(part, head, decoded);
                    } else {
                        inspected = false;
                    }
                }
            }
        }

        private void text(MimePart part, byte[] head, InputStream decoded) throws IOException {
            if (head.length > left) {
                inspected = false;
                return;
            }
            byte[] more = decoded.readNBytes(left - head.length);
            left -= head.length + more.length;
            if (decoded.read() >= 0) {
                inspected = false;
            }
            byte[] all = Arrays.copyOf(head, head.length + more.length);
            System.arraycopy(more, 0, all, head.length, more.length);
            String text = Text.decode(all, part.parameter("charset"));
            scan.read(part.type().equals("text/html") ? HtmlText.of(text) : text);
        }
    }
}
