package org.postern.mailbox;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.postern.vault.Vault;

/// Names one stored message: 22 random characters of base64url, safe in a URL and as a file name.
/// Knowing it grants nothing.
public record MessageKey(String value) {
    private static final int OCTETS = 16;
    private static final int CHARS = 22;

    public MessageKey {
        if (!isRandom(value)) {
            throw new IllegalArgumentException("not a message key");
        }
    }

    /// The key of a message: the same for the same queue id, patient and direction.
    static MessageKey of(NewMessage message, Vault vault) {
        byte[] mac =
                vault.mac(
                        "message-key",
                        octets(message.queueId().value()),
                        octets(message.patient().key()),
                        octets(message.direction().name()));
        byte[] start = Arrays.copyOf(mac, OCTETS);
        return new MessageKey(Base64.getUrlEncoder().withoutPadding().encodeToString(start));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Whether it has the form of such a name. Lists of messages ask it for each of them, so it is
    /// no regular expression.
    static boolean isRandom(String value) {
        if (value.length() != CHARS) {
            return false;
        }
        for (int i = 0; i < CHARS; i++) {
            char c = value.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return value;
    }
}
