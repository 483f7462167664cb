package org.postern.token;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.UnrecoverableKeyException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/// A secret that only a token opens: two lines of text, the PKCS#11 URI of an AES key that never
/// leaves the token, and the secret under that key, AES-256-GCM, in base64. The first line is
/// authenticated with it.
///
/// The token is asked each time; nothing of it is kept between two calls. Calls take turns, because
/// the login belongs to the process and not to the caller.
public final class TokenSecret {
    private static final int NONCE_OCTETS = 12;
    private static final int TAG_OCTETS = 16;
    private static final int KEY_BITS = 256;

    private static final int CAUSES_MAX = 10;

    /// Return values of PKCS#11 v3.0 §5.1.6 by which a token refuses a PIN.
    private static final Pattern PIN =
            Pattern.compile("CKR_PIN_(INCORRECT|INVALID|LEN_RANGE|EXPIRED|LOCKED)");

    /// What was refused as a PIN and could not be kept, so that at least this process does not try
    /// it again: tokens lock after a few tries. What was kept is not here, because whoever removes
    /// the note wants a running gateway to try again.
    private static byte @Nullable [] refused;

    private TokenSecret() {}

    /// What tokens have refused, beyond the life of a process.
    public interface Refusals {
        /// @param tried the PIN and the slot for which it stands
        /// @throws IOException if that is not known; then the token is not asked
        boolean hold(char[] tried) throws IOException;

        /// Durable on return.
        void keep(char[] tried) throws IOException;

        /// The token took a PIN, and counts from the beginning.
        void forget();

        /// Where they lie, for people.
        String place();
    }

    /// Whether lines are those of such a secret.
    public static boolean isOne(List<String> lines) {
        return !lines.isEmpty() && lines.getFirst().startsWith(TokenUri.SCHEME);
    }

    /// Seals a secret under the key that a URI names; a key that is not there is made in the token,
    /// and stays there.
    ///
    /// @return the two lines
    /// @throws IOException if the token is not there, or refuses; the message is for people
    public static String seal(String uri, String secret, RandomGenerator random, Refusals refusals)
            throws IOException {
        byte[] nonce = new byte[NONCE_OCTETS];
        random.nextBytes(nonce);
        byte[] octets = secret.getBytes(StandardCharsets.UTF_8);
        Frame frame = new Frame(nonce, uri);
        try {
            byte[] sealed =
                    with(
                            new Asked(TokenUri.parse(uri), refusals),
                            true,
                            (provider, key) ->
                                    frame.cipher(provider, Cipher.ENCRYPT_MODE, key)
                                            .doFinal(octets));
            byte[] all =
                    ByteBuffer.allocate(nonce.length + sealed.length)
                            .put(nonce)
                            .put(sealed)
                            .array();
            return uri + "\n" + Base64.getEncoder().encodeToString(all) + "\n";
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    /// Opens a secret.
    ///
    /// @throws IOException if the token is not there, refuses, or has another key; the message is
    ///   for people
    public static String open(List<String> lines, Refusals refusals) throws IOException {
        String uri = lines.getFirst();
        byte[] octets;
        try {
            octets = Base64.getDecoder().decode(lines.size() < 2 ? "" : lines.get(1).strip());
        } catch (IllegalArgumentException e) {
            throw new IOException("the secret under the token is not in base64", e);
        }
        if (octets.length < NONCE_OCTETS + TAG_OCTETS) {
            throw new IOException("the secret under the token is cut short");
        }
        Frame frame = new Frame(Arrays.copyOf(octets, NONCE_OCTETS), uri);
        byte[] sealed = Arrays.copyOfRange(octets, NONCE_OCTETS, octets.length);
        byte[] plain =
                with(
                        new Asked(TokenUri.parse(uri), refusals),
                        false,
                        (provider, key) ->
                                frame.cipher(provider, Cipher.DECRYPT_MODE, key).doFinal(sealed));
        try {
            return new String(plain, StandardCharsets.UTF_8);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /// Nonce and what is authenticated with the secret.
    @SuppressWarnings("ArrayRecordComponent") // never compared, and seen by this class alone
    private record Frame(byte[] nonce, String uri) {
        Cipher cipher(Provider provider, int mode, Key key) throws GeneralSecurityException {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
            cipher.init(mode, key, new GCMParameterSpec(TAG_OCTETS * 8, nonce));
            cipher.updateAAD(uri.getBytes(StandardCharsets.UTF_8));
            return cipher;
        }
    }

    @FunctionalInterface
    private interface Use {
        byte[] of(Provider provider, Key key) throws GeneralSecurityException;
    }

    /// Which token, and what it has refused before.
    private record Asked(TokenUri uri, Refusals refusals) {
        void requireUntried(char[] tried) throws IOException {
            if (Arrays.equals(hash(tried), refused)) {
                throw untried("restart the gateway");
            }
            if (refusals.hold(tried)) {
                throw untried("remove " + refusals.place());
            }
        }

        private IOException untried(String remedy) {
            return new IOException(
                    uri.words()
                            + " has refused this PIN, and is not asked again before another one"
                            + " is configured: tokens lock after a few tries. If the PIN of the"
                            + " token itself was changed, or it was unlocked, "
                            + remedy);
        }

        IOException refusal(char[] tried, IOException cause) {
            String kept = "";
            try {
                refusals.keep(tried);
            } catch (IOException e) {
                remember(tried);
                cause.addSuppressed(e);
                kept =
                        "; that could not be noted in %s, so run no other command before the PIN is"
                                        .formatted(refusals.place())
                                + " right";
            }
            return new IOException(uri.words() + " refuses the PIN" + kept, cause);
        }
    }

    private static void remember(char[] tried) {
        refused = hash(tried);
    }

    private static synchronized byte[] with(Asked asked, boolean makes, Use use)
            throws IOException {
        TokenUri uri = asked.uri();
        char[] pin = uri.readPin();
        char[] tried = uri.tried(pin);
        try {
            asked.requireUntried(tried);
            Provider provider = provider(uri);
            KeyStore store = KeyStore.getInstance("PKCS11", provider);
            try {
                store.load(null, pin);
            } catch (IOException e) {
                if (!isAboutPin(e)) {
                    throw new IOException(notThere(uri), e);
                }
                throw asked.refusal(tried, e);
            }
            asked.refusals().forget();
            try {
                return use.of(provider, key(uri, provider, store, makes));
            } finally {
                if (provider instanceof AuthProvider login) {
                    login.logout();
                }
            }
        } catch (GeneralSecurityException | ProviderException | InvalidParameterException e) {
            throw new IOException(notThere(uri), e);
        } finally {
            Arrays.fill(pin, '\0');
            Arrays.fill(tried, '\0');
        }
    }

    /// What a library says of itself tells a person little; the cause is in the trace.
    private static String notThere(TokenUri uri) {
        return uri.words()
                + " is not there, or does not do what is asked; look whether it is plugged in and"
                + " its slot is the same";
    }

    /// Whether a token did not take the PIN. Whatever else it says passes, as a bad contact does,
    /// and is tried again. The provider hands the word of the token on in the text of a cause.
    static boolean isAboutPin(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof UnrecoverableKeyException
                    || PIN.matcher(String.valueOf(cause.getMessage())).find()) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static Key key(TokenUri uri, Provider provider, KeyStore store, boolean makes)
            throws GeneralSecurityException, IOException {
        if (!store.containsAlias(uri.object()) && makes) {
            KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
            generator.init(KEY_BITS);
            SecretKey made = generator.generateKey();
            store.setEntry(uri.object(), new KeyStore.SecretKeyEntry(made), null);
        }
        Key key = store.getKey(uri.object(), null);
        if (key == null) {
            throw new IOException(uri.words() + " holds no key named " + uri.object());
        }
        return key;
    }

    private static Provider provider(TokenUri uri) {
        Provider template = Security.getProvider("SunPKCS11");
        if (template == null) {
            throw new ProviderException("this Java has no provider for PKCS#11");
        }
        return template.configure(
                """
                --name = postern
                library = %s
                slot = %d
                attributes(generate, CKO_SECRET_KEY, *) = {
                  CKA_SENSITIVE = true
                  CKA_EXTRACTABLE = false
                  CKA_ENCRYPT = true
                  CKA_DECRYPT = true
                }
                """
                        .formatted(uri.module(), uri.slot()));
    }

    private static byte[] hash(char[] tried) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(new String(tried).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
