package org.postern.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.postern.mail.Content;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.opening.SmimeReader;
import org.postern.pki.Identity;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.smime.SmimeDecryptor;

/// A program: reads hostile messages from files, in a JVM of its own whose heap has an end.
///
/// Arguments: FOLDER COUNT
public final class ReadingInLittleHeap {
    private static final String HEAP = "-Xmx64m";

    private ReadingInLittleHeap() {}

    /// Has the program read each of them.
    ///
    /// @throws AssertionError if its heap was too small for one
    public static void read(Path folder, Identity reader, List<String> messages) throws Exception {
        Path place = Files.createTempDirectory(folder, "heap");
        Pem.write(place.resolve("key.pem"), reader.key());
        Pem.write(place.resolve("certificate.pem"), reader.chain());
        for (int i = 0; i < messages.size(); i++) {
            Files.writeString(place.resolve(i + ".eml"), messages.get(i), ISO_8859_1);
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process =
                new ProcessBuilder(
                                java,
                                HEAP,
                                "-XX:+ExitOnOutOfMemoryError",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ReadingInLittleHeap.class.getName(),
                                place.toString(),
                                Integer.toString(messages.size()))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertEquals(
                messages.size(), said.lines().filter(it -> it.endsWith(" read")).count(), said);
    }

    /// Says of each message that it was read, or ends with another code than 0.
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Identity reader =
                Pem.identity(folder.resolve("key.pem"), folder.resolve("certificate.pem"));
        SmimeReader reading =
                new SmimeReader(
                        PartnerDirectory.load(Files.createDirectory(folder.resolve("partners"))),
                        new SmimeDecryptor(List.of(reader)));
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            Content message = new InFile(folder.resolve(i + ".eml"));
            try {
                MimeIndex.of(message);
                reading.read(message, TestAuthority.NOW);
            } catch (MimeException refused) {
                // As it may be.
            }
            IO.println(i + " read");
        }
    }
}
