package org.postern.files;

import static org.postern.files.FileLook.at;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.postern.facts.Attachment.Lock;
import org.postern.facts.FileKind;

/// What shows that a password is needed to open a file.
///
/// A mark may stand in a file by chance, or the password be known to everybody, so "locked" is a
/// claim. "Open" is said only of formats that know no passwords, and of those where all that is
/// said about them was seen: never of an archive in an archive, or of what is a zip archive at its
/// end.
final class LockMarks {
    /// APPNOTE 4.3.7 and 4.3.12: the flags stand behind these many octets, and bit 0 of them says
    /// that the entry is encrypted.
    private static final byte[] LOCAL_ENTRY = {'P', 'K', 3, 4};

    private static final int LOCAL_FLAGS = 6;
    private static final byte[] DIRECTORY_ENTRY = {'P', 'K', 1, 2};
    private static final int DIRECTORY_FLAGS = 8;
    private static final int ENCRYPTED = 1;

    /// ISO 32000-1 §7.5.5: in the trailer, which is never compressed.
    private static final byte[] PDF_KEY = "Encrypt".getBytes(StandardCharsets.US_ASCII);

    /// MS-OFFCRYPTO §2.3.4.4: the stream that holds an encrypted Office file.
    private static final byte[] PACKAGE = "EncryptedPackage".getBytes(StandardCharsets.UTF_16LE);

    /// Where the first sector of a compound file begins (MS-CFB §2.2), and often its main stream.
    private static final int FIRST_SECTOR = 512;

    /// APPNOTE 4.3.12: where the length of an entry's name stands, and the name.
    private static final int NAME_LENGTH = 28;

    private static final int DIRECTORY_NAME = 46;

    /// A longer name may be cut in two by a block.
    private static final int NAME_MAX = 400;

    private static final List<String> PACKED =
            List.of(".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".jar", ".exe");

    private final FileKind kind;
    private Lock lock;
    private boolean nested;

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
                    // They may hold others, or unpack themselves, or be of any format.
                    case ARCHIVE, PROGRAM, OTHER, MESSAGE -> Lock.UNKNOWN;
                    case PDF, IMAGE, AUDIO, VIDEO, TEXT -> Lock.OPEN;
                };
        return new LockMarks(kind, begin);
    }

    Lock verdict() {
        return lock == Lock.OPEN && nested ? Lock.UNKNOWN : lock;
    }

    /// @param filled how many octets of the window are the file's, the end of the block before
    ///   among them
    void look(byte[] window, int filled) {
        switch (kind) {
            case ZIP, OFFICE -> {
                entries(window, filled, LOCAL_ENTRY, LOCAL_FLAGS);
                entries(window, filled, DIRECTORY_ENTRY, DIRECTORY_FLAGS);
            }
            case PDF -> {
                pdf(window, filled);
                zipAtTheEnd(window, filled);
            }
            case OLE -> mark(window, filled, PACKAGE);
            case ARCHIVE, IMAGE, PROGRAM, AUDIO, VIDEO, TEXT, OTHER, MESSAGE ->
                    zipAtTheEnd(window, filled);
        }
    }

    /// Programs that unpack look for the directory from the end, whatever stands before.
    private void zipAtTheEnd(byte[] window, int filled) {
        if (lock == Lock.OPEN && FileLook.find(window, filled, 0, DIRECTORY_ENTRY) >= 0) {
            lock = Lock.UNKNOWN;
        }
    }

    /// ISO 32000-1 §7.3.5: a character of a name may be written as `#` and two digits.
    private void pdf(byte[] window, int filled) {
        for (int i = 0; i < filled; i++) {
            if (window[i] == '/' && isKey(window, filled, i + 1)) {
                lock = Lock.LOCKED;
            }
        }
    }

    private static boolean isKey(byte[] window, int filled, int begin) {
        int at = begin;
        for (byte wanted : PDF_KEY) {
            if (at + 2 < filled && window[at] == '#') {
                int code = hex(window[at + 1]) * 16 + hex(window[at + 2]);
                at += 2;
                if (code != wanted) {
                    return false;
                }
            } else if (at >= filled || window[at] != wanted) {
                return false;
            }
            at++;
        }
        return true;
    }

    private static int hex(byte digit) {
        return Character.digit(digit, 16);
    }

    private void entries(byte[] window, int filled, byte[] mark, int flags) {
        int found = FileLook.find(window, filled, 0, mark);
        while (found >= 0 && found + flags < filled) {
            if ((window[found + flags] & ENCRYPTED) != 0) {
                lock = Lock.LOCKED;
            } else if (mark == DIRECTORY_ENTRY) {
                entry(window, filled, found);
            }
            found = FileLook.find(window, filled, found + mark.length, mark);
        }
    }

    /// An entry that is not encrypted: open, if it is no archive itself.
    private void entry(byte[] window, int filled, int found) {
        if (found + DIRECTORY_NAME > filled) {
            return;
        }
        int length =
                (window[found + NAME_LENGTH] & 0xFF)
                        | (window[found + NAME_LENGTH + 1] & 0xFF) << 8;
        int end = found + DIRECTORY_NAME + length;
        if (end > filled) {
            // It is looked at again with the next block, unless its name is longer than any should.
            nested |= length > NAME_MAX;
            return;
        }
        String name =
                new String(window, found + DIRECTORY_NAME, length, StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT);
        nested |= PACKED.stream().anyMatch(name::endsWith);
        if (lock == Lock.UNKNOWN) {
            lock = Lock.OPEN;
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
}
