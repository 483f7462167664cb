package org.postern.dkim;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.postern.pki.Pem;

/// Writes the test keys down for a program outside: public ones as DNS would have them, private
/// ones as that program reads them.
final class PublishedKeys {
    private PublishedKeys() {}

    static void write(Path folder, Map<String, String> records) throws IOException {
        StringBuilder dns = new StringBuilder();
        records.forEach((name, text) -> dns.append(name).append("\t").append(text).append("\n"));
        Files.writeString(folder.resolve("dns"), dns, US_ASCII);
        Files.deleteIfExists(folder.resolve("rsa.pem"));
        Pem.write(folder.resolve("rsa.pem"), TestKeys.rsa().key());
        byte[] pkcs8 = TestKeys.ed25519().key().getEncoded();
        byte[] seed = Arrays.copyOfRange(pkcs8, pkcs8.length - 32, pkcs8.length);
        Files.writeString(
                folder.resolve("ed25519.key"), Base64.getEncoder().encodeToString(seed), US_ASCII);
    }
}
