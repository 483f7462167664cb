package org.postern.scan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Content;
import org.postern.scan.Scanner.Result;
import org.postern.testkit.ClamdPeer;

class ClamdTest {
    private static final Content LETTER = content("Subject: x\r\n\r\nhello\r\n");

    @TempDir Path home;

    @Test
    void aRealDaemonFindsAVirusInAnAttachmentAndNothingInALetter() throws IOException {
        try (ClamdPeer peer = ClamdPeer.start(home)) {
            Clamd clamd = new Clamd(peer.at());
            assertEquals(new Result.Clean(), clamd.scan(LETTER));
            Result.Infected found =
                    assertInstanceOf(
                            Result.Infected.class,
                            clamd.scan(content("Subject: a file\r\n" + ClamdPeer.infected())));
            assertEquals("Eicar-Test-Signature.UNOFFICIAL", found.name());
            byte[] large = new byte[3 << 20];
            Arrays.fill(large, (byte) 'a');
            notScanned("larger than the virus scanner takes", clamd.scan(Content.of(large)));
            peer.stop();
            notScanned("not to be had", clamd.scan(LETTER));
            peer.startAgain();
            assertEquals(new Result.Clean(), clamd.scan(LETTER));
        }
    }

    @Test
    void aDaemonThatSaysAnythingElseHasNotScanned() throws IOException {
        for (String answer :
                new String[] {
                    "",
                    "stream: ",
                    "OK",
                    "stream: OK and more",
                    "stream: x FOUND FOUND y",
                    "stream: \u0007bell FOUND",
                    "INSTREAM: Out of memory ERROR",
                    "x".repeat(5_000)
                }) {
            try (Daemon daemon = new Daemon(answer + "\0")) {
                notScanned("", new Clamd(daemon.at()).scan(LETTER));
            }
        }
    }

    @Test
    void aFileThatNobodyCanLookIntoIsNoVirus() throws IOException {
        for (String name : new String[] {"Heuristics.Encrypted.Zip", "Heuristics.Encrypted.PDF"}) {
            try (Daemon daemon = new Daemon("stream: " + name + " FOUND\0")) {
                notScanned("in it is encrypted", new Clamd(daemon.at()).scan(LETTER));
            }
        }
    }

    @Test
    void aDaemonThatNeverAnswersIsNotWaitedForWithoutEnd() throws IOException {
        try (Daemon daemon = new Daemon(null)) {
            Clamd clamd = new Clamd(daemon.at(), Duration.ofMillis(300));
            notScanned("no answer within", clamd.scan(LETTER));
        }
    }

    @Test
    void aMessageThatCannotBeReadWasNotScanned() throws IOException {
        Content broken =
                new Content() {
                    @Override
                    public long size() {
                        return 10;
                    }

                    @Override
                    public java.io.InputStream open() throws IOException {
                        throw new IOException("sealed, and broken");
                    }
                };
        try (Daemon daemon = new Daemon("stream: OK\0")) {
            notScanned("not to be had", new Clamd(daemon.at(), Duration.ofSeconds(1)).scan(broken));
        }
    }

    private static void notScanned(String reason, Result result) {
        String said = assertInstanceOf(Result.NotScanned.class, result).reason();
        assertEquals(reason, said.contains(reason) ? reason : said);
    }

    private static Content content(String text) {
        return Content.of(text.getBytes(US_ASCII));
    }

    /// Takes one message by the protocol, and gives the answer it was told; null gives none.
    private static final class Daemon implements AutoCloseable {
        private final ServerSocket listener =
                new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final @org.jspecify.annotations.Nullable String answer;

        Daemon(@org.jspecify.annotations.Nullable String answer) throws IOException {
            this.answer = answer;
            Thread.ofVirtual().start(this::serve);
        }

        InetSocketAddress at() {
            return (InetSocketAddress) listener.getLocalSocketAddress();
        }

        private void serve() {
            try (Socket socket = listener.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                in.readFully(new byte["zINSTREAM\0".length()]);
                for (int length = in.readInt(); length > 0; length = in.readInt()) {
                    in.readFully(new byte[length]);
                }
                if (answer != null) {
                    socket.getOutputStream().write(answer.getBytes(US_ASCII));
                    socket.shutdownOutput();
                }
                // Until the other side has gone.
                var _ = in.read();
            } catch (IOException e) {
                // The client has gone, or we close: both belong to what is tested.
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
