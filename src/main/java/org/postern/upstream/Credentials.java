package org.postern.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import org.postern.entrance.UpstreamException;
import org.postern.sasl.Plain;

/// The name and the password with which somebody logged in, as long as her session lasts. Closing
/// it wipes the password.
public final class Credentials implements AutoCloseable {
    private final String user;
    private final char[] secret;
    private final long made = System.nanoTime();
    private int shown;
    private boolean wiped;

    private Credentials(String user, char[] secret) {
        this.user = user;
        this.secret = secret;
    }

    /// @param name in UTF-8
    /// @param secret in UTF-8; it is copied
    public static Credentials of(byte[] name, byte[] secret) {
        CharBuffer decoded = UTF_8.decode(ByteBuffer.wrap(secret));
        char[] chars = new char[decoded.remaining()];
        decoded.get(chars);
        Arrays.fill(decoded.array(), '\0');
        return new Credentials(new String(name, UTF_8), chars);
    }

    /// Of a message of SASL PLAIN: RFC 4616 §2.
    ///
    /// @return empty if it is none
    public static Optional<Credentials> plain(byte[] message) {
        return Plain.read(message)
                .map(said -> {
                    try {
                        return of(said.name(), said.secret());
                    } finally {
                        Arrays.fill(said.secret(), (byte) 0);
                    }
                });
    }

    /// By the clock of this process, before it was asked whether they are right.
    long made() {
        return made;
    }

    /// Adds the password to a code.
    synchronized void update(Mac mac) throws UpstreamException {
        if (wiped) {
            throw new UpstreamException("the session is over");
        }
        ByteBuffer encoded = UTF_8.encode(CharBuffer.wrap(secret));
        byte[] octets = new byte[encoded.remaining()];
        encoded.get(octets).rewind();
        mac.update(octets);
        Arrays.fill(octets, (byte) 0);
        while (encoded.hasRemaining()) {
            encoded.put((byte) 0);
        }
    }

    /// The message of SASL PLAIN for one log-in, which is counted.
    ///
    /// @return in base64; the caller overwrites it afterwards
    synchronized byte[] message() throws UpstreamException {
        if (wiped) {
            throw new UpstreamException("the session is over");
        }
        shown++;
        return Plain.octets(user, secret);
    }

    /// How often somebody was about to be shown the password.
    synchronized int shown() {
        return shown;
    }

    @Override
    public synchronized void close() {
        wiped = true;
        Arrays.fill(secret, '\0');
    }

    @Override
    public String toString() {
        return "Credentials[secret]";
    }
}
