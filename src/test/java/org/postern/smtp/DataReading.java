package org.postern.smtp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a `DataReader` makes of the octets after DATA.
///
/// @param done whether it found the end
/// @param consumed octets up to there
/// @param kept what it handed on, each octet a character
public record DataReading(boolean done, int consumed, boolean refused, String kept) {
    private static final long OCTETS_MAX = 1 << 20;

    /// Reads block by block up to the end.
    public static DataReading of(List<byte[]> blocks) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        DataReader reader = new DataReader(DataReader.Framing.DOT, kept, OCTETS_MAX);
        int consumed = 0;
        for (byte[] block : blocks) {
            if (reader.isDone()) {
                break;
            }
            consumed += reader.take(block, 0, block.length);
        }
        return new DataReading(
                reader.isDone(),
                consumed,
                reader.refusal().isPresent(),
                kept.toString(StandardCharsets.ISO_8859_1));
    }
}
