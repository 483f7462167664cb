package org.postern.given;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.postern.mail.Domain;
import org.postern.pki.Pem;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;

/// Puts certificates into the folder of the partners, for everybody to read. What it made is
/// durable on return, the folders around it too.
///
/// @param folder of the partners
public record PartnersFolder(Path folder) {
    private static final String ANCHORS = "anchors";

    /// Puts one there with what came along with it. Nobody has looked at that: the authorities in
    /// it may lead to an anchor, but a file in `pinned/` is believed whole.
    ///
    /// @param name of the file
    /// @param chain the certificate of a person or domain, and what came along
    public Path put(String name, List<X509Certificate> chain, boolean pin) throws IOException {
        List<X509Certificate> kept = new ArrayList<>(List.of(chain.getFirst()));
        if (!pin) {
            chain.stream().skip(1).filter(it -> it.getBasicConstraints() >= 0).forEach(kept::add);
        }
        Path file = (pin ? folder.resolve("pinned") : folder).resolve(name);
        make(file.resolveSibling(""));
        write(file, kept);
        return file;
    }

    /// Puts an authority there that vouches for a domain. The domain's folder comes into being with
    /// the authority in it, because one that is empty says that nobody vouches.
    public Path put(String name, X509Certificate authority, Domain domain) throws IOException {
        Path anchors = folder.resolve(ANCHORS);
        Path own = anchors.resolve(domain.name());
        make(anchors);
        if (Files.isDirectory(own)) {
            write(own.resolve(name), List.of(authority));
        } else {
            // Beside the folder of the anchors, where nobody reads what a stop leaves.
            FileDisk disk = FileDisk.forEverybody();
            Path draft = folder.resolve("~" + domain.name());
            if (Files.exists(draft, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(draft + " was left by a command that stopped; remove it");
            }
            make(draft);
            write(draft.resolve(name), List.of(authority));
            disk.rename(draft, own);
            disk.sync(anchors);
        }
        return own.resolve(name);
    }

    private static void write(Path file, List<X509Certificate> certificates) throws IOException {
        WholeFile.replace(FileDisk.forEverybody(), file, Pem.of(certificates).getBytes(US_ASCII));
    }

    /// As readable as folders are that a person makes.
    private static void make(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Path above = folder.resolveSibling("");
            make(above);
            Files.createDirectory(folder);
            FileDisk.giveToFolderOwner(folder);
            FileDisk.forEverybody().sync(above);
        }
    }
}
