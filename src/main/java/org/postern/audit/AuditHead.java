package org.postern.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.store.DiskFile;

/// The file `head` beside the segments: how far the log had come, so that cutting off its end
/// shows.
///
/// It is written behind each sync of the log and not synced itself: it may lag behind after a loss
/// of power, and is never ahead of what is durable. A write that failed is made up for before the
/// log grows again. Its limit: whoever can cut the log can also put an older `head` in the place of
/// this one. Against that only an anchor kept elsewhere helps, which the verifier takes.
final class AuditHead implements Closeable {
    private static final long OCTETS_MAX = 1 << 20;

    private final AuditFolder folder;
    private final AuditChain chain;
    private @Nullable DiskFile file;
    private long octets;

    /// What a failed write did not take.
    private @Nullable Anchor owed;

    AuditHead(AuditFolder folder, AuditChain chain) {
        this.folder = folder;
        this.chain = chain;
    }

    /// The last anchor that can be proved.
    ///
    /// @return empty if there is no such file, or nothing in it is ours
    Optional<Anchor> read() throws IOException {
        Optional<Anchor> last = Optional.empty();
        try (LineReader lines = new LineReader(folder.disk(), folder.head())) {
            for (Optional<LineReader.Line> next = lines.next();
                    next.isPresent();
                    next = lines.next()) {
                // A line that proves nothing was torn by a crash; the ones around it still count.
                Optional<Anchor> proved = proved(next.get().text());
                last = proved.isPresent() ? proved : last;
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return last;
    }

    /// Begins the file anew; durable on return.
    void begin(Anchor anchor) throws IOException {
        owed = anchor;
        close();
        byte[] line = line(anchor);
        try (DiskFile draft = folder.disk().append(folder.headDraft())) {
            draft.truncate(0);
            draft.write(ByteBuffer.wrap(line));
            draft.sync();
        }
        folder.disk().rename(folder.headDraft(), folder.head());
        folder.disk().sync(folder.directory());
        file = folder.disk().append(folder.head());
        octets = line.length;
        owed = null;
    }

    /// Notes how far the log is durable.
    ///
    /// @throws IOException if it could not be written; `settle` tries it again
    void note(Anchor anchor) throws IOException {
        DiskFile open = file;
        if (open == null || octets >= OCTETS_MAX) {
            begin(anchor);
            return;
        }
        owed = anchor;
        byte[] line = line(anchor);
        open.write(ByteBuffer.wrap(line));
        octets += line.length;
        owed = null;
    }

    /// Notes what a failed write has left out, in a new file: the old one may end in half a line,
    /// to which the next one would be added.
    void settle() throws IOException {
        Anchor anchor = owed;
        if (anchor != null) {
            begin(anchor);
        }
    }

    @Override
    public void close() throws IOException {
        DiskFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }

    private byte[] line(Anchor anchor) {
        String text = anchor + " " + chain.headProof(anchor) + "\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private Optional<Anchor> proved(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 2 || !words[0].matches("[0-9]{1,18}:[0-9a-f]{64}")) {
            return Optional.empty();
        }
        Anchor anchor = Anchor.of(words[0]);
        return chain.headProof(anchor).equals(words[1]) ? Optional.of(anchor) : Optional.empty();
    }
}
