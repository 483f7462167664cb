package org.postern.smime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.postern.mail.Content;
import org.postern.mail.ContentWriter;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.testkit.InFile;
import org.postern.testkit.TestAuthority;

/// A program, not a test: encrypts and opens messages in a JVM of its own, so that its heap can be
/// bounded and its time be measured.
///
/// - `memory FOLDER OCTETS` encrypts one message from and to files and opens it again.
/// - `speed FILE` writes messages and megabytes in a CPU-second of one thread into the file.
public final class SmimeSpeed {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    /// One for all messages, as the gateway has it.
    private static final SmimeEncryptor ENCRYPTOR = new SmimeEncryptor(KeyTransport.PKCS1_V15);

    private SmimeSpeed() {}

    /// Exits with an exception, and so not with 0, if anything is wrong.
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("memory")) {
            memory(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
        } else {
            speed(Path.of(arguments[1]));
        }
    }

    private static void memory(Path folder, int octets) throws Exception {
        Path plain = folder.resolve("plain");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(plain))) {
            out.write("Subject: x\r\n\r\n".getBytes(ISO_8859_1));
            for (int i = 0; i < octets; i++) {
                out.write(i * 31 ^ i >> 8);
            }
        }
        for (KeyKind kind : List.of(KeyKind.RSA_2048, KeyKind.P_256)) {
            Identity identity = AUTHORITY.person("a@partner.example", kind);
            Path encrypted = folder.resolve("encrypted");
            try (OutputStream out = Files.newOutputStream(encrypted)) {
                writer(new InFile(plain), identity).writeTo(out);
            }
            Opened opened = new SmimeDecryptor(List.of(identity)).open(new InFile(encrypted));
            if (!(opened instanceof Opened.Plain(Content entity)) || !endsSame(entity, plain)) {
                throw new IllegalStateException("not the same message");
            }
        }
    }

    private static boolean endsSame(Content entity, Path plain) throws IOException {
        long body = Files.size(plain) - "Subject: x\r\n\r\n".length();
        try (InputStream left = entity.open();
                InputStream right = Files.newInputStream(plain)) {
            left.skipNBytes(entity.size() - body);
            right.skipNBytes(Files.size(plain) - body);
            byte[] some = left.readNBytes(8_192);
            while (some.length > 0) {
                if (!Arrays.equals(some, right.readNBytes(8_192))) {
                    return false;
                }
                some = left.readNBytes(8_192);
            }
            return right.read() < 0;
        }
    }

    private static void speed(Path report) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (KeyKind kind : List.of(KeyKind.RSA_2048, KeyKind.P_256)) {
            Identity identity = AUTHORITY.person("a@partner.example", kind);
            for (int size : new int[] {10_240, 102_400, 1_048_576, 25 * 1_048_576}) {
                byte[] message = new byte[size];
                Arrays.fill(message, (byte) 'x');
                byte[] header = "Subject: x\r\n\r\n".getBytes(ISO_8859_1);
                System.arraycopy(header, 0, message, 0, header.length);
                ContentWriter writer = writer(Content.of(message), identity);
                ByteArrayOutputStream out = new ByteArrayOutputStream(size * 2);
                writer.writeTo(out);
                Content encrypted = Content.of(out.toByteArray());
                String encrypting = measure(size, () -> discard(Content.of(message), identity));
                String opening = measure(size, () -> open(encrypted, identity));
                lines.append(
                        "%s %,d octets: encrypt %s, open %s%n"
                                .formatted(kind, size, encrypting, opening));
            }
        }
        Files.writeString(report, lines);
    }

    private static void discard(Content message, Identity identity)
            throws IOException, SmimeException {
        writer(message, identity).writeTo(OutputStream.nullOutputStream());
    }

    private static void open(Content encrypted, Identity identity) throws IOException {
        Opened opened = new SmimeDecryptor(List.of(identity)).open(encrypted);
        if (opened instanceof Opened.Plain(Content entity)) {
            try (InputStream in = entity.open()) {
                in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /// The best of three rounds of half a CPU-second, after one to warm up.
    private static String measure(int size, Work work) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double best = 0;
        for (int round = 0; round < 4; round++) {
            long begin = threads.getCurrentThreadCpuTime();
            long count = 0;
            long used = 0;
            while (used < 500_000_000) {
                work.run();
                count++;
                used = threads.getCurrentThreadCpuTime() - begin;
            }
            best = round == 0 ? 0 : Math.max(best, count * 1e9 / used);
        }
        return "%,.0f/s, %,.0f MB/s".formatted(best, best * size / 1e6);
    }

    private static ContentWriter writer(Content content, Identity identity)
            throws IOException, SmimeException {
        return ENCRYPTOR.encrypt(content, List.of(identity.certificate()));
    }
}
