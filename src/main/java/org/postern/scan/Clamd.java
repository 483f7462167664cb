package org.postern.scan;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.mail.Content;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// ClamAV's daemon, asked by its command INSTREAM (clamd(8)): the message in pieces, each behind
/// its length in four octets, then a length of zero; the answer is one line.
///
/// The message travels there in clear, so the daemon stands on this machine.
public final class Clamd implements Scanner {
    /// From the connection to the answer.
    private static final Duration MOST = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Clamd.class);

    private static final byte[] COMMAND = "zINSTREAM\0".getBytes(StandardCharsets.US_ASCII);
    private static final int PIECE_OCTETS = 64 * 1024;
    private static final int ANSWER_OCTETS_MAX = 1_024;
    private static final String CLEAN = "stream: OK";
    private static final String TOO_LARGE = "size limit exceeded";

    /// What clamd calls files that it did not look through, with AlertExceedsMax and
    /// AlertEncrypted. Nobody knows of a virus in them.
    private static final Map<String, String> NOT_LOOKED_THROUGH =
            Map.of(
                    "Heuristics.Limits.Exceeded",
                    "a file in it is beyond what the virus scanner looks into",
                    "Heuristics.Encrypted",
                    "a file in it is encrypted, and the virus scanner cannot look into it");

    private static final Pattern FOUND = Pattern.compile("stream: ([!-~ ]{1,100}) FOUND");

    private final SocketAddress at;
    private final Duration most;

    /// @param at a socket of this machine, by its path or by a loopback address
    public Clamd(SocketAddress at) {
        this(at, MOST);
    }

    Clamd(SocketAddress at, Duration most) {
        this.at = at;
        this.most = most;
    }

    @Override
    public Result scan(Content content) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        try (SocketChannel channel = open()) {
            // Whatever hangs, the connection or the daemon, ends by this.
            var _ =
                    done.orTimeout(most.toNanos(), TimeUnit.NANOSECONDS)
                            .exceptionally(_ -> close(channel));
            channel.connect(at);
            return verdict(ask(channel, content));
        } catch (IOException e) {
            // The text of the exception cannot be foreseen where the content fails.
            LOG.warn("no answer of the virus scanner at {}: {}", at, e.getClass().getSimpleName());
            return new Result.NotScanned(
                    done.isCompletedExceptionally()
                            ? "the virus scanner gave no answer within " + most.toSeconds() + " s"
                            : "the virus scanner is not to be had");
        } finally {
            done.complete(true);
        }
    }

    private SocketChannel open() throws IOException {
        return at instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
    }

    private static boolean close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is out of use either way.
        }
        return false;
    }

    private static String ask(SocketChannel channel, Content content) throws IOException {
        OutputStream out = Channels.newOutputStream(channel);
        InputStream in = Channels.newInputStream(channel);
        try {
            out.write(COMMAND);
            Pieces pieces = new Pieces(out);
            content.writeTo(pieces);
            pieces.end();
        } catch (StoppedException _) {
            // A daemon that has had enough says so, and closes. It has not seen all.
            String said = answer(in);
            return said.equals(CLEAN) ? "" : said;
        }
        return answer(in);
    }

    /// The daemon takes no more.
    private static final class StoppedException extends IOException {
        private static final long serialVersionUID = 1;

        private StoppedException(IOException cause) {
            super(cause);
        }
    }

    private static String answer(InputStream in) throws IOException {
        StringBuilder answer = new StringBuilder();
        for (int octet = in.read(); octet > 0; octet = in.read()) {
            if (answer.length() == ANSWER_OCTETS_MAX) {
                throw new IOException("an endless answer");
            }
            answer.append((char) octet);
        }
        return answer.toString();
    }

    private static Result verdict(String answer) {
        if (answer.equals(CLEAN)) {
            return new Result.Clean();
        }
        Matcher found = FOUND.matcher(answer);
        if (found.matches()) {
            return found(found.group(1));
        }
        return new Result.NotScanned(
                answer.contains(TOO_LARGE)
                        ? "the message is larger than the virus scanner takes (StreamMaxLength)"
                        : "the virus scanner failed");
    }

    private static Result found(String name) {
        return NOT_LOOKED_THROUGH.entrySet().stream()
                .filter(each -> name.startsWith(each.getKey()))
                .findFirst()
                .<Result>map(each -> new Result.NotScanned(each.getValue()))
                .orElseGet(() -> new Result.Infected(name));
    }

    /// Gathers what is written into pieces of the protocol.
    private static final class Pieces extends OutputStream {
        private final OutputStream out;
        private final ByteBuffer piece = ByteBuffer.allocate(Integer.BYTES + PIECE_OCTETS);

        Pieces(OutputStream out) {
            this.out = out;
            piece.position(Integer.BYTES);
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, octets.length);
            int done = 0;
            while (done < length) {
                int count = Math.min(length - done, piece.remaining());
                piece.put(octets, offset + done, count);
                done += count;
                if (!piece.hasRemaining()) {
                    send();
                }
            }
        }

        private void send() throws IOException {
            piece.putInt(0, piece.position() - Integer.BYTES);
            try {
                out.write(piece.array(), 0, piece.position());
            } catch (IOException e) {
                throw new StoppedException(e);
            }
            piece.clear().position(Integer.BYTES);
        }

        void end() throws IOException {
            if (piece.position() > Integer.BYTES) {
                send();
            }
            send();
        }
    }
}
