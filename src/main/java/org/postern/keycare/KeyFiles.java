package org.postern.keycare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.postern.config.GatewayConfig.Storage;
import org.postern.keyring.KeyFile;
import org.postern.store.Disk;
import org.postern.store.DiskFile;
import org.postern.store.FileDisk;
import org.postern.vault.Secrets;
import org.postern.vault.Vault;

/// Where the files of an archive lie on this machine.
final class KeyFiles {
    /// What another process is writing, or left.
    private static final Pattern UNFINISHED = Pattern.compile(".*(~|\\.new|\\.lock)");

    /// Of the revoked certificates: lines are only ever added.
    private static final String REVOKED = "smime/revoked";

    private final Storage storage;

    KeyFiles(Storage storage) {
        this.storage = storage;
    }

    /// Reads all files that there are.
    KeyArchive gather(Instant now) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : List.of(KeyArchive.KEYSTORE, KeyArchive.PASSWORD)) {
            files.put(name, read(name));
        }
        for (String folder : List.of("dkim", "smime")) {
            Path path = storage.keys().resolve(folder);
            if (Files.isDirectory(path)) {
                new FileDisk()
                        .forEachName(
                                path,
                                each -> {
                                    String name = folder + "/" + each;
                                    if (!UNFINISHED.matcher(each).matches()) {
                                        files.put(name, read(name));
                                    }
                                });
            }
        }
        try {
            return new KeyArchive(now, files);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "a file in " + storage.keys() + " is not one of keys: " + e.getMessage(), e);
        }
    }

    /// The password is kept itself and not as a token seals it: the backup opens without one.
    private byte[] read(String name) throws IOException {
        Path path = path(name);
        if (name.equals(KeyArchive.PASSWORD)) {
            return (Secrets.firstLine(path) + "\n").getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no " + path + ", so there is nothing to keep", e);
        }
    }

    /// Where a file of an archive belongs.
    Path path(String name) {
        return switch (name) {
            case KeyArchive.KEYSTORE -> storage.keystore().toAbsolutePath();
            case KeyArchive.PASSWORD -> storage.keystorePassword().toAbsolutePath();
            default -> storage.keys().resolve(name);
        };
    }

    /// Files of an archive that are not here.
    List<String> missing(KeyArchive archive) {
        return archive.files().keySet().stream().filter(name -> !Files.exists(path(name))).toList();
    }

    /// Files of an archive in whose place others lie, which are not to be lost.
    List<Path> others(KeyArchive archive) throws IOException {
        List<Path> others = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : archive.files().entrySet()) {
            Path path = path(file.getKey());
            if (Files.exists(path) && !isKept(file, read(file.getKey()))) {
                others.add(path);
            }
        }
        return others;
    }

    private static boolean isKept(Map.Entry<String, byte[]> file, byte[] here) {
        byte[] kept = file.getValue();
        boolean grows = file.getKey().equals(REVOKED) && here.length > kept.length;
        return Arrays.equals(kept, grows ? Arrays.copyOf(here, kept.length) : here);
    }

    /// Puts files back that are missing, each whole and durable, the keystore last: before it is
    /// there, no gateway starts. Nothing is replaced.
    ///
    /// @throws FileAlreadyExistsException if one has come since
    void restore(KeyArchive archive, List<String> missing) throws IOException {
        Disk disk = FileDisk.forFolderOwner();
        List<String> order = new ArrayList<>(missing);
        order.sort((one, other) -> Boolean.compare(isKeystore(one), isKeystore(other)));
        for (String name : order) {
            Path path = path(name);
            Path folder = Objects.requireNonNull(path.getParent(), "a file has a folder");
            disk.createDirectories(folder);
            Path whole = path.resolveSibling(path.getFileName() + ".new");
            Files.deleteIfExists(whole);
            try (DiskFile out = disk.create(whole)) {
                out.write(ByteBuffer.wrap(Objects.requireNonNull(archive.files().get(name))));
                out.sync();
            }
            try {
                // A link and not a rename: a rename would replace what came in this moment.
                Files.createLink(path, whole);
            } finally {
                disk.delete(whole);
            }
            disk.sync(folder);
        }
    }

    private static boolean isKeystore(String name) {
        return name.equals(KeyArchive.KEYSTORE);
    }

    /// The password that an archive holds for its keystores.
    static char[] secret(KeyArchive archive) throws IOException {
        byte[] file = Objects.requireNonNull(archive.files().get(KeyArchive.PASSWORD));
        return new String(file, StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElseThrow(() -> new IOException("the password file in the backup is empty"))
                .toCharArray();
    }

    /// Opens every keystore of an archive: what opens here opens when it is put back.
    ///
    /// @return the vault
    /// @throws IOException if one does not open
    Vault verify(KeyArchive archive) throws IOException {
        char[] secret = secret(archive);
        for (Map.Entry<String, byte[]> file : archive.files().entrySet()) {
            if (file.getKey().endsWith(".p12")) {
                KeyFile.read(path(file.getKey()), file.getValue(), secret);
            }
        }
        byte[] keystore = Objects.requireNonNull(archive.files().get(KeyArchive.KEYSTORE));
        return Vault.open(storage.keystore(), keystore, secret);
    }
}
