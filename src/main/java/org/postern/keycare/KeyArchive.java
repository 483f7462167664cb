package org.postern.keycare;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The keys of one gateway at one time, as files: `keystore`, `password`, and those of the folders
/// `dkim` and `smime` under their own names.
///
/// @param made when they were gathered
/// @param files their octets by name
record KeyArchive(Instant made, Map<String, byte[]> files) {
    static final String KEYSTORE = "keystore";
    static final String PASSWORD = "password";

    /// Files that are gathered and put back at most, and octets of one: a clinic of 1,000 people
    /// with ten keys each has 20,000 files.
    static final int FILES_MAX = 100_000;

    static final int OCTETS_MAX = 16 << 20;

    /// What a name may be: no way leads out of its folder.
    private static final Pattern NAME =
            Pattern.compile(
                    KEYSTORE + "|" + PASSWORD + "|(dkim|smime)/[A-Za-z0-9%@_+-][^/\\\\]{0,800}");

    KeyArchive {
        files = Collections.unmodifiableMap(new TreeMap<>(files));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (!isName(file.getKey()) || file.getValue().length > OCTETS_MAX) {
                throw new IllegalArgumentException("no file of keys is named " + file.getKey());
            }
        }
        if (!files.containsKey(KEYSTORE) || !files.containsKey(PASSWORD)) {
            throw new IllegalArgumentException("the keystore or its password is missing");
        }
    }

    /// Whether a file of this name belongs into an archive.
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    byte[] encode() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(octets);
        out.writeLong(made.toEpochMilli());
        out.writeInt(files.size());
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            out.writeUTF(file.getKey());
            out.writeInt(file.getValue().length);
            out.write(file.getValue());
        }
        return octets.toByteArray();
    }

    /// @throws IOException if it is none
    static KeyArchive decode(byte[] octets) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets));
        Instant made = Instant.ofEpochMilli(in.readLong());
        int count = in.readInt();
        if (count < 0 || count > FILES_MAX) {
            throw new IOException("the backup says that it holds %d files".formatted(count));
        }
        Map<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            int length = in.readInt();
            if (length < 0 || length > in.available()) {
                throw new IOException("the backup ends within " + name);
            }
            files.put(name, in.readNBytes(length));
        }
        try {
            return new KeyArchive(made, files);
        } catch (IllegalArgumentException e) {
            throw new IOException("the backup is not one of keys: " + e.getMessage(), e);
        }
    }
}
