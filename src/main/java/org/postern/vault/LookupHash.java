package org.postern.vault;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/// The form in which a secret of at least 112 random bits is stored, so that it can be found by who
/// has it and read by nobody: SHA-256 over a label and the value. For less random values it hides
/// nothing (OWASP ASVS 5.0, 6.5.2).
public final class LookupHash {
    private LookupHash() {}

    /// Of a Message-ID, which is no secret but may be long: an index of hashes takes any.
    public static String ofMessageId(String messageId) {
        return of("message-id", messageId);
    }

    /// The same of several.
    public static List<String> ofMessageIds(Collection<String> messageIds) {
        return messageIds.stream().map(LookupHash::ofMessageId).toList();
    }

    /// @param label what the value is, so that equal values of two kinds differ
    /// @return 64 hexadecimal digits
    public static String of(String label, String value) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(label.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(value.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
