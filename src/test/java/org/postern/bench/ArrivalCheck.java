package org.postern.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.postern.mail.Content;
import org.postern.pki.Identity;
import org.postern.smime.Opened;
import org.postern.smime.SmimeDecryptor;

/// What arrives at the sink is complete and right: the same loads as are measured, with a sink that
/// writes everything down. The measure is what smtp-source sends to that sink directly.
final class ArrivalCheck {
    private static final Duration MOST = Duration.ofMinutes(2);
    private static final String HEADER_END = "\n\n";

    private final Path folder;
    private final int port;

    ArrivalCheck(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /// @return how many messages were compared, each of them right
    /// @throws IllegalStateException if one is missing, twice there, or not what was sent
    int check(GatewayContestant postern, Load load, int messages)
            throws IOException, InterruptedException {
        String sent = body(arrived(load, port, 1).getFirst());
        List<Path> arrived = arrived(load, postern.port(), messages);
        Identity partner = postern.partner();
        for (Path file : arrived) {
            String body =
                    load.recipient().equals(GatewayContestant.SMIME)
                            ? decrypted(file, partner)
                            : body(file);
            if (!body.equals(sent)) {
                throw new IllegalStateException("a message of " + load.size() + " is changed");
            }
        }
        return arrived.size();
    }

    private List<Path> arrived(Load load, int target, int messages)
            throws IOException, InterruptedException {
        Path dump = Files.createTempDirectory(folder, "dump");
        Files.setPosixFilePermissions(dump, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (Sink sink = Sink.writing(port, dump.resolve("message"))) {
            load.send(target, messages);
            sink.await(messages, MOST);
        }
        try (Stream<Path> files = Files.list(dump)) {
            List<Path> all = files.toList();
            if (all.size() != messages) {
                throw new IllegalStateException(
                        all.size() + " files for " + messages + " messages");
            }
            return all;
        }
    }

    /// Line ends are LF, as the sink writes them.
    private static String body(Path file) throws IOException {
        return afterHeader(Files.readString(file, StandardCharsets.ISO_8859_1));
    }

    private static String afterHeader(String message) {
        return message.substring(message.indexOf(HEADER_END) + HEADER_END.length());
    }

    private static String decrypted(Path file, Identity partner) throws IOException {
        byte[] octets =
                Files.readString(file, StandardCharsets.ISO_8859_1)
                        .replace("\n", "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
        Opened opened = new SmimeDecryptor(List.of(partner)).open(Content.of(octets));
        if (!(opened instanceof Opened.Plain plain)) {
            throw new IllegalStateException("what arrived is not encrypted to the partner");
        }
        try (InputStream in = plain.entity().open()) {
            String entity = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            // The sink ends each file with a line feed of its own.
            return afterHeader(entity.replace("\r\n", "\n")) + "\n";
        }
    }
}
