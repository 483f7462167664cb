package org.postern.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postern.pki.Identity;
import org.postern.pki.Pem;

/// `openssl cms`, the program of a partner.
///
/// @param folder for what it reads and writes
public record OpensslCms(Path program, Path folder) {
    public static OpensslCms in(Path home) throws IOException {
        return new OpensslCms(Peers.program("openssl"), Files.createTempDirectory(home, "openssl"));
    }

    /// What came of a run.
    public record Run(int exit, String said) {}

    /// Runs it with more words.
    public Run run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString(), "cms"));
        command.addAll(Arrays.asList(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return new Run(process.waitFor(), said);
    }

    /// Opens a message with somebody's key.
    public byte[] decrypt(byte[] message, Identity identity)
            throws IOException, InterruptedException {
        Path place = Files.createTempDirectory(folder, "decrypt");
        Path key = place.resolve("key.pem");
        Path certificate = place.resolve("certificate.pem");
        Pem.write(key, identity.key());
        Pem.write(certificate, List.of(identity.certificate()));
        Path out = place.resolve("inner");
        Path in = Files.write(place.resolve("message.eml"), message);
        Run run =
                run(
                        "-decrypt",
                        "-inform",
                        "SMIME",
                        "-binary",
                        "-in",
                        in.toString(),
                        "-recip",
                        certificate.toString(),
                        "-inkey",
                        key.toString(),
                        "-out",
                        out.toString());
        assertEquals(0, run.exit(), run.said());
        return Files.readAllBytes(out);
    }
}
