package org.postern.showing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postern.door.Wire;
import org.postern.grammar.FetchItem;
import org.postern.mail.Content;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.ThreadId;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;
import org.postern.mailfolder.MailFolder;
import org.postern.snapshot.Snapshot;
import org.postern.snapshot.UidRanges;
import org.postern.talk.Conversation;

/// How often a folder is looked at that lies elsewhere.
class FetchLooksTest {
    private static final int MESSAGES = 1_000;

    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

    /// Each look at it costs an answer of another server.
    private static final class Far implements MailFolder {
        private final Snapshot snapshot =
                new Snapshot(
                        new Snapshot.Counters(7, MESSAGES + 1, 1, MESSAGES + 1),
                        List.of(),
                        IntStream.rangeClosed(1, MESSAGES).toArray(),
                        new long[MESSAGES],
                        new long[MESSAGES]);

        private int looks;

        @Override
        public Snapshot look() {
            looks++;
            return snapshot;
        }

        @Override
        public List<Filed> filed(int[] uids, Detail detail) {
            return IntStream.of(uids).mapToObj(FetchLooksTest::unread).toList();
        }

        @Override
        public Content content(Filed filed) {
            throw new UnsupportedOperationException("flags need no octets");
        }

        @Override
        public UidRanges vanished(long since, Snapshot at) {
            throw new UnsupportedOperationException("nothing is gone");
        }

        @Override
        public boolean keepsModseqs() {
            return false;
        }

        @Override
        public String objectId() {
            return "C1";
        }

        @Override
        public long octets(boolean kept) {
            return 0;
        }

        @Override
        public long deletedOctets() {
            return 0;
        }

        @Override
        public void listen(Runnable listener) {
            throw new UnsupportedOperationException("nobody listens");
        }

        @Override
        public void unlisten(Runnable listener) {
            throw new UnsupportedOperationException("nobody listens");
        }
    }

    /// Of a message that cannot be read now.
    private static Filed unread(int uid) {
        return new Filed(
                uid,
                new MessageKey("%022d".formatted(uid)),
                new ThreadId("0".repeat(22)),
                Instant.EPOCH,
                Instant.EPOCH,
                Filed.OCTETS_UNKNOWN,
                null,
                null);
    }

    private Conversation conversation() throws Exception {
        Socket socket =
                new Socket() {
                    @Override
                    public InputStream getInputStream() {
                        return InputStream.nullInputStream();
                    }

                    @Override
                    public OutputStream getOutputStream() {
                        return heard;
                    }
                };
        return new Conversation(new Wire(socket, Duration.ofMinutes(1)));
    }

    @Test
    void flagsOfAllMessagesNeedOneLook() throws Exception {
        Far far = new Far();
        View view = View.open(far, true, new Enabled());
        int before = far.looks;
        Conversation out = conversation();
        FetchRun run = new FetchRun(out, view, List.of(FetchItem.Fact.FLAGS), filed -> filed);
        assertEquals(0, run.answer(view.uids()));
        out.flush();
        assertEquals(before + 1, far.looks);
        assertEquals(MESSAGES, heard.toString(ISO_8859_1).split(" FETCH ", -1).length - 1);
    }

    /// To a client with UTF8=ACCEPT as to others: -1 would be no number (RFC 9051 §9).
    @Test
    void aSizeThatNobodyKnowsIsNotTold() throws Exception {
        for (boolean utf8 : List.of(true, false)) {
            Enabled enabled = new Enabled();
            if (utf8) {
                enabled.enableUtf8();
            }
            View view = View.open(new Far(), true, enabled);
            Conversation out = conversation();
            FetchRun run = new FetchRun(out, view, List.of(FetchItem.Fact.SIZE), filed -> filed);
            assertEquals(2, run.answer(new int[] {1, 2}));
            assertTrue(run.foundUnreadable());
            out.flush();
            assertEquals("", heard.toString(ISO_8859_1));
        }
    }
}
