package org.postern.transit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.postern.mail.Content;

/// Content that is hashed while somebody else reads it, so that one pass serves both.
final class Hashed implements Content {
    private final Content content;
    private final MessageDigest digest;

    Hashed(Content content) {
        this.content = content;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    @Override
    public long size() {
        return content.size();
    }

    /// One reader only, and it must not skip: what it has not read when it closes is read then.
    @Override
    public InputStream open() throws IOException {
        return new DigestInputStream(content.open(), digest) {
            @Override
            public void close() throws IOException {
                if (read() >= 0) {
                    transferTo(OutputStream.nullOutputStream());
                }
                super.close();
            }
        };
    }

    /// In hexadecimal, after the one reading.
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
