package org.postern.gathering;

import static org.postern.gathering.FileLook.at;

import java.nio.charset.StandardCharsets;
import org.postern.facts.Attachment.Lock;
import org.postern.facts.FileKind;

/// What shows that a password is needed to open a file.
///
/// A mark that stands in a file by chance makes it count as locked, which is the safe side: 32 bits
/// of a zip entry's signature, or the key of PDF's encryption dictionary, in what is compressed.
final class LockMarks {
    /// APPNOTE 4.3.7 and 4.3.12: the flags stand behind these many octets, and bit 0 of them says
    /// that the entry is encrypted.
    private static final byte[] LOCAL_ENTRY = {'P', 'K', 3, 4};

    private static final int LOCAL_FLAGS = 6;
    private static final byte[] DIRECTORY_ENTRY = {'P', 'K', 1, 2};
    private static final int DIRECTORY_FLAGS = 8;
    private static final int ENCRYPTED = 1;

    /// ISO 32000-1 §7.5.5: in the trailer, which is never compressed.
    private static final byte[] PDF_KEY = "/Encrypt".getBytes(StandardCharsets.US_ASCII);

    /// MS-OFFCRYPTO §2.3.4.4: the stream that holds an encrypted Office file.
    private static final byte[] PACKAGE = "EncryptedPackage".getBytes(StandardCharsets.UTF_16LE);

    /// Where the first sector of a compound file begins (MS-CFB §2.2), and often its main stream.
    private static final int FIRST_SECTOR = 512;

    private final FileKind kind;
    private Lock lock;

    private LockMarks(FileKind kind, Lock lock) {
        this.kind = kind;
        this.lock = lock;
    }

    /// @param head the first octets, all of a short file
    static LockMarks of(FileKind kind, byte[] head) {
        Lock begin =
                switch (kind) {
                    // Until an entry of the directory has been seen.
                    case ZIP, OFFICE -> Lock.UNKNOWN;
                    case OLE -> compound(head);
                    case ARCHIVE -> packed(head);
                    case PDF, IMAGE, PROGRAM, AUDIO, VIDEO, TEXT, OTHER -> Lock.OPEN;
                };
        return new LockMarks(kind, begin);
    }

    Lock verdict() {
        return lock;
    }

    /// @param filled how many octets of the window are the file's, the end of the block before
    ///   among them
    void look(byte[] window, int filled) {
        switch (kind) {
            case ZIP, OFFICE -> {
                entries(window, filled, LOCAL_ENTRY, LOCAL_FLAGS);
                entries(window, filled, DIRECTORY_ENTRY, DIRECTORY_FLAGS);
            }
            case PDF -> mark(window, filled, PDF_KEY);
            case OLE -> mark(window, filled, PACKAGE);
            case ARCHIVE, IMAGE, PROGRAM, AUDIO, VIDEO, TEXT, OTHER -> {
                // Nothing in them says so.
            }
        }
    }

    private void entries(byte[] window, int filled, byte[] mark, int flags) {
        int found = FileLook.find(window, filled, 0, mark);
        while (found >= 0 && found + flags < filled) {
            if ((window[found + flags] & ENCRYPTED) != 0) {
                lock = Lock.LOCKED;
            } else if (lock == Lock.UNKNOWN && mark == DIRECTORY_ENTRY) {
                lock = Lock.OPEN;
            }
            found = FileLook.find(window, filled, found + mark.length, mark);
        }
    }

    private void mark(byte[] window, int filled, byte[] mark) {
        if (FileLook.find(window, filled, 0, mark) >= 0) {
            lock = Lock.LOCKED;
        }
    }

    /// Word says it in a bit behind its signature (MS-DOC §2.5.2), Excel by a record behind the
    /// first (MS-XLS §2.4.117), with one that protects against writing between them at most.
    private static Lock compound(byte[] head) {
        if (at(head, FIRST_SECTOR, "\u00ec\u00a5") && head.length > FIRST_SECTOR + 11) {
            return (head[FIRST_SECTOR + 11] & 1) != 0 ? Lock.LOCKED : Lock.OPEN;
        }
        if (at(head, FIRST_SECTOR, "\t\u0008\u0010\0")) {
            int second = FIRST_SECTOR + 20;
            int behind = at(head, second, "\u0086\0\0\0") ? second + 4 : second;
            return at(head, behind, "/\0") ? Lock.LOCKED : Lock.OPEN;
        }
        return Lock.UNKNOWN;
    }

    /// Those that know passwords would have to be unpacked to tell.
    private static Lock packed(byte[] head) {
        return at(head, 0, "7z") || at(head, 0, "Rar") ? Lock.UNKNOWN : Lock.OPEN;
    }
}
