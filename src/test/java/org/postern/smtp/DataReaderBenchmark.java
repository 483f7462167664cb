package org.postern.smtp;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The scan of a message of 1 MiB for its end, dots and bare line ends, in blocks as they come from
/// a socket.
@State(Scope.Thread)
public class DataReaderBenchmark {
    private static final int BLOCK_OCTETS = 64 * 1024;

    private final byte[] message =
            ("x".repeat(76) + "\r\n")
                    .repeat((1 << 20) / 78)
                    .concat(".\r\n")
                    .getBytes(StandardCharsets.US_ASCII);

    @Benchmark
    public long oneMebibyte() {
        DataReader reader =
                new DataReader(
                        DataReader.Framing.DOT, OutputStream.nullOutputStream(), Long.MAX_VALUE);
        int position = 0;
        while (position < message.length) {
            position =
                    reader.take(
                            message, position, Math.min(message.length, position + BLOCK_OCTETS));
        }
        return reader.octets();
    }
}
