package org.postern.sasl;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// The one message of SASL PLAIN: RFC 4616 §2.
public final class Plain {
    private Plain() {}

    /// What somebody has sent. Whoever has it overwrites the secret.
    ///
    /// @param authorized for whom; empty for whoever it is
    /// @param name in UTF-8, if it is as it must be
    /// @param secret the same
    @SuppressWarnings("ArrayRecordComponent") // never compared, and overwritten after use
    public record Message(byte[] authorized, byte[] name, byte[] secret) {}

    /// Reads a message, which is not in base64 any more.
    ///
    /// @return empty if it is none
    public static Optional<Message> read(byte[] message) {
        int user = indexOfNul(message, 0);
        int secret = user < 0 ? -1 : indexOfNul(message, user + 1);
        return secret < 0
                ? Optional.empty()
                : Optional.of(
                        new Message(
                                Arrays.copyOfRange(message, 0, user),
                                Arrays.copyOfRange(message, user + 1, secret),
                                Arrays.copyOfRange(message, secret + 1, message.length)));
    }

    private static int indexOfNul(byte[] octets, int from) {
        for (int i = from; i < octets.length; i++) {
            if (octets[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    /// In base64, as octets, so that nothing of it stays in memory.
    ///
    /// @param secret the caller overwrites it afterwards
    /// @return the caller overwrites it afterwards
    public static byte[] octets(String user, char[] secret) {
        ByteBuffer name = StandardCharsets.UTF_8.encode(user);
        ByteBuffer password = StandardCharsets.UTF_8.encode(CharBuffer.wrap(secret));
        byte[] message = new byte[2 + name.remaining() + password.remaining()];
        ByteBuffer.wrap(message).put((byte) 0).put(name).put((byte) 0).put(password);
        try {
            return Base64.getEncoder().encode(message);
        } finally {
            Arrays.fill(message, (byte) 0);
            password.clear();
            while (password.hasRemaining()) {
                password.put((byte) 0);
            }
        }
    }
}
