package org.postern.vault;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.NoSuchProviderException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.spec.GCMParameterSpec;
import org.postern.random.Randomness;

/// Seals and opens numbered segments of one stream with AES-256-GCM (NIST SP 800-38D), by the
/// STREAM construction: the nonce is prefix | number | last flag, so that a segment that is
/// missing, moved or cut off does not open.
///
/// It belongs to one thread. Segments of 64 KiB in one call each are the fast way of the JDK.
public final class SegmentCipher {
    /// Octets of plain text in every segment but the last.
    public static final int SEGMENT_OCTETS = 64 * 1024;

    /// What sealing adds to a segment.
    public static final int TAG_OCTETS = 16;

    /// Random for each stream, so that several streams under one data key never share a nonce.
    public static final int PREFIX_OCTETS = 7;

    private static final int NONCE_OCTETS = 12;

    private final DataKey key;
    private final byte[] prefix;
    private final byte[] context;
    private final Cipher cipher = newCipher();

    /// @param prefix one of `newPrefix`
    /// @param context authenticated with every segment: what is sealed here and whose it is
    public SegmentCipher(DataKey key, byte[] prefix, byte[] context) {
        if (prefix.length != PREFIX_OCTETS) {
            throw new IllegalArgumentException("not a nonce prefix");
        }
        this.key = key;
        this.prefix = prefix.clone();
        this.context = context.clone();
    }

    public static byte[] newPrefix() {
        byte[] prefix = new byte[PREFIX_OCTETS];
        Randomness.shared().nextBytes(prefix);
        return prefix;
    }

    /// Seals all remaining octets of `plain`, at most `SEGMENT_OCTETS`, into `out`. Each number may
    /// be sealed once only.
    public void seal(ByteBuffer plain, Segment segment, ByteBuffer out) {
        if (plain.remaining() > SEGMENT_OCTETS) {
            throw new IllegalArgumentException("a segment is at most 64 KiB");
        }
        try {
            init(Cipher.ENCRYPT_MODE, segment);
            cipher.doFinal(plain, out);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not work here", e);
        }
    }

    /// Opens all remaining octets of `sealed` into `out`.
    ///
    /// @throws SealBrokenException if they are not exactly what was sealed as this segment
    public void open(ByteBuffer sealed, Segment segment, ByteBuffer out)
            throws SealBrokenException {
        if (sealed.remaining() < TAG_OCTETS || sealed.remaining() > SEGMENT_OCTETS + TAG_OCTETS) {
            throw new SealBrokenException("sealed segment " + segment.number() + " is cut short");
        }
        try {
            init(Cipher.DECRYPT_MODE, segment);
            cipher.doFinal(sealed, out);
        } catch (AEADBadTagException _) {
            throw new SealBrokenException(
                    "sealed segment " + segment.number() + " is not authentic");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not work here", e);
        }
    }

    /// Which part of a stream: its number from 0 upward, and whether it is the last.
    public record Segment(int number, boolean last) {
        public Segment {
            if (number < 0) {
                throw new IllegalArgumentException("too many segments");
            }
        }
    }

    private void init(int mode, Segment segment) throws GeneralSecurityException {
        byte[] nonce =
                ByteBuffer.allocate(NONCE_OCTETS)
                        .put(prefix)
                        .putInt(segment.number())
                        .put((byte) (segment.last() ? 1 : 0))
                        .array();
        cipher.init(mode, key.forCipher(), new GCMParameterSpec(TAG_OCTETS * 8, nonce));
        cipher.updateAAD(context);
    }

    private static Cipher newCipher() {
        try {
            // Bouncy Castle's AES-GCM is 80 times slower, so the provider is named.
            return Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
        } catch (NoSuchAlgorithmException | NoSuchPaddingException | NoSuchProviderException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }
}
