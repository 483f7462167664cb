package org.postern.sasl;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// How a mail program hands over an access token.
public enum BearerMechanism {
    /// RFC 7628.
    OAUTHBEARER,

    /// Google's, from before there was an RFC, which many programs still use.
    XOAUTH2;

    /// What a client says.
    ///
    /// @param user whom it says it is; empty if it leaves that to the token
    public record Message(String user, String token) {
        static final Message NONE = new Message("", "");

        /// Without the token.
        @Override
        public String toString() {
            return "Message[" + user + "]";
        }
    }

    private static final char SEPARATOR = 1;
    private static final String TOKEN = "Bearer ";

    /// @param name in upper case
    public static Optional<BearerMechanism> of(String name) {
        return switch (name) {
            case "OAUTHBEARER" -> Optional.of(OAUTHBEARER);
            case "XOAUTH2" -> Optional.of(XOAUTH2);
            default -> Optional.empty();
        };
    }

    /// What stands between the separators, in the order in which it was sent.
    ///
    /// @return one without user and token if it is none
    Message message(byte[] octets) {
        String text = new String(octets, StandardCharsets.UTF_8);
        String end = String.valueOf(SEPARATOR).repeat(2);
        if (!text.endsWith(end)) {
            return Message.NONE;
        }
        String[] pairs = text.substring(0, text.length() - 2).split(String.valueOf(SEPARATOR), -1);
        Optional<String> user =
                switch (this) {
                    case OAUTHBEARER -> authorized(pairs[0]);
                    case XOAUTH2 ->
                            pairs[0].startsWith("user=")
                                    ? Optional.of(pairs[0].substring("user=".length()))
                                    : Optional.empty();
                };
        Optional<String> token = Optional.empty();
        for (int i = 1; i < pairs.length; i++) {
            if (pairs[i].startsWith("auth=")) {
                if (token.isPresent()) {
                    return Message.NONE;
                }
                token = token(pairs[i].substring("auth=".length()));
            }
        }
        return user.isPresent() && token.isPresent()
                ? new Message(user.get(), token.get())
                : Message.NONE;
    }

    /// RFC 6750 §2.1; the scheme in any case (RFC 9110 §11.1).
    private static Optional<String> token(String credentials) {
        return credentials.regionMatches(true, 0, TOKEN, 0, TOKEN.length())
                ? Optional.of(credentials.substring(TOKEN.length()).strip())
                : Optional.empty();
    }

    /// The gs2-header: RFC 7628 §3.1, RFC 5801 §4. Channel binding there is none.
    ///
    /// @return empty if it is none
    private static Optional<String> authorized(String header) {
        String[] words = header.split(",", -1);
        boolean three = words.length == 3 && words[2].isEmpty();
        if (!three || !(words[0].equals("n") || words[0].equals("y"))) {
            return Optional.empty();
        }
        if (words[1].isEmpty()) {
            return Optional.of("");
        }
        return words[1].startsWith("a=")
                ? Optional.of(words[1].substring(2).replace("=2C", ",").replace("=3D", "="))
                : Optional.empty();
    }

    /// What a client hears before it is refused, in base64: RFC 7628 §3.2.2.
    ///
    /// @param status what is wrong; XOAUTH2 has one word for all
    /// @param scope that it should ask for; empty for none
    /// @param configuration where the issuer says what it can do
    String challenge(BearerLogin.Status status, Optional<String> scope, String configuration) {
        ObjectNode words = JsonNodeFactory.instance.objectNode();
        switch (this) {
            case OAUTHBEARER -> words.put("status", status.word());
            case XOAUTH2 -> words.put("status", "401").put("schemes", "bearer");
        }
        scope.ifPresent(it -> words.put("scope", it));
        if (this == OAUTHBEARER) {
            words.put("openid-configuration", configuration);
        }
        byte[] octets = words.toString().getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(octets);
    }
}
