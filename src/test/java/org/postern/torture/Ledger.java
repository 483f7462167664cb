package org.postern.torture;

import java.io.Closeable;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.auditor.Rows;
import org.postern.auditor.RunFolder;

/// What the clients know: what they offered, and what they were answered. An offer is written
/// before its final dot leaves.
final class Ledger implements Closeable {
    private final Rows rows;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger offered = new AtomicInteger();

    Ledger(RunFolder folder) throws IOException {
        rows = Rows.append(folder.ledger());
    }

    void offered(int number, Letter letter, List<String> recipients) {
        offered.incrementAndGet();
        rows.add(
                "offered",
                Integer.toString(number),
                letter.messageId(),
                sha256(letter.content()),
                String.join(",", recipients));
    }

    /// The client broke off before the final dot.
    void abandoned(int number, Letter letter) {
        rows.add("abandoned", Integer.toString(number), letter.messageId());
    }

    /// @param reply its first line
    void answered(int number, String reply) {
        if (reply.startsWith("250")) {
            acknowledged.incrementAndGet();
        }
        rows.add("answered", Integer.toString(number), reply);
    }

    int acknowledged() {
        return acknowledged.get();
    }

    int offered() {
        return offered.get();
    }

    private static String sha256(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
