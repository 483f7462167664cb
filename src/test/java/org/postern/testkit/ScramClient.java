package org.postern.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// The client's side of SCRAM-SHA-256, written by RFC 5802 §3 without the gateway's own. What it
/// says and hears is in base64.
public final class ScramClient {
    private final String bare;
    private final String secret;
    private String signature = "";

    /// @param name as it is written in the message: `=2C` for a comma
    public ScramClient(String name, String secret) {
        this.bare = "n=" + name + ",r=fyko+d2lbbFgONRv9qkxdawL";
        this.secret = secret;
    }

    public String first() {
        return base64("n,," + bare);
    }

    /// @param challenge the server's first message
    /// @return the client's last
    public String last(String challenge) throws GeneralSecurityException {
        String said = text(challenge);
        String[] parts = said.split(",", -1);
        byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
        int rounds = Integer.parseInt(parts[2].substring(2));
        PBEKeySpec spec = new PBEKeySpec(secret.toCharArray(), salt, rounds, 256);
        byte[] salted =
                SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                        .generateSecret(spec)
                        .getEncoded();
        byte[] key = hmac(salted, "Client Key");
        byte[] stored = MessageDigest.getInstance("SHA-256").digest(key);
        String without = "c=biws," + parts[0];
        String all = bare + "," + said + "," + without;
        byte[] proof = hmac(stored, all);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= key[i];
        }
        signature =
                "v=" + Base64.getEncoder().encodeToString(hmac(hmac(salted, "Server Key"), all));
        return base64(without + ",p=" + Base64.getEncoder().encodeToString(proof));
    }

    /// Whether the server has shown that it knows the secret as well.
    public boolean isAnsweredBy(String last) {
        return !signature.isEmpty() && text(last).equals(signature);
    }

    public static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    public static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), UTF_8);
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }
}
