package org.postern.sasl;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// The one message of SASL PLAIN: RFC 4616 §2, in base64.
public final class Plain {
    private Plain() {}

    /// @param secret the caller overwrites it afterwards
    static String message(String user, char[] secret) {
        return new String(octets(user, secret), StandardCharsets.US_ASCII);
    }

    /// The same as octets, so that nothing of it stays in memory.
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
