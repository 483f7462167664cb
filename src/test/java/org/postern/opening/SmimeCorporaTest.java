package org.postern.opening;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.keyring.KeyFile;
import org.postern.mail.Content;
import org.postern.pki.CertificateAddresses.AddressSource;
import org.postern.pki.Identity;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.pki.Providers;
import org.postern.smime.SmimeDecryptor;
import org.postern.testkit.Peers;
import org.postern.testkit.SmimeMail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Other programs' messages, with what is expected of them written down by others. How many agree
/// is printed; where we differ on purpose, the reason stands here.
final class SmimeCorporaTest {
    private static final Pattern LAYER = Pattern.compile("([a-z-]+)\\(([^)]*)\\):(ok|BAD)");

    private static final Logger LOG = LoggerFactory.getLogger(SmimeCorporaTest.class);

    @TempDir Path folder;

    /// Messages in which our verdict is another than that program's own test expects, and why.
    private static final Map<String, String> DIFFERENT = differences();

    private static Map<String, String> differences() {
        Map<String, String> reasons = new TreeMap<>();
        String envelope = "a signature around an envelope is not one of the content (C13)";
        for (String hash : List.of("SHA256", "SHA384", "SHA512")) {
            reasons.put(
                    "alice.env.sig.%s.opaque.dave.sig.%s.opaque.eml".formatted(hash, hash),
                    envelope);
        }
        String inner = "each signature around the content must be the author's (C05, C08)";
        reasons.put("alice.plain.sig.SHA384.opaque.dave.sig.SHA384.opaque.eml", inner);
        reasons.put("alice.plain.sig.SHA512.opaque.dave.sig.SHA512.opaque.eml", inner);
        reasons.put(
                "alice.future.dsig.SHA256.multipart.eml",
                "the time of receipt counts; Date and signing time are the author's words (C10)");
        return reasons;
    }

    /// Each layer by arithmetic, and then what the reader is told.
    @Test
    void thunderbird() throws Exception {
        Path messages = Peers.corpora().resolve("smime/thunderbird");
        PartnerDirectory trust =
                trust(Pem.certificates(messages.resolve("TestCA.pem")), AddressSource.SUBJECT_TOO);
        SmimeReader reader =
                new SmimeReader(
                        trust,
                        new SmimeDecryptor(
                                List.of(
                                        KeyFile.read(
                                                messages.resolve("Bob.p12"),
                                                "nss".toCharArray()))));
        Map<String, String> layersDiffer = new TreeMap<>();
        Map<String, String> verdictsDiffer = new TreeMap<>();
        int messagesRead = 0;
        int verdicts = 0;
        for (String[] row : rows(messages)) {
            messagesRead++;
            Reading reading =
                    reader.read(
                            Content.of(Files.readAllBytes(messages.resolve(row[0]))),
                            Instant.parse("2026-08-01T00:00:00Z"));
            String layers = layers(reading);
            if (!layers.equals(expectedLayers(row[1]))) {
                layersDiffer.put(row[0], ReaderWorld.codes(reading) + " for " + row[1]);
            }
            if (!row[4].equals("-")) {
                verdicts++;
                if (reading.verdict().isSigned() != row[4].equals("yes")) {
                    verdictsDiffer.put(row[0], ReaderWorld.codes(reading) + " for " + row[4]);
                }
            }
        }
        print("Thunderbird, layers", messagesRead, layersDiffer);
        print("Thunderbird, shown as well signed", verdicts, verdictsDiffer);
        assertEquals(Map.of(), layersDiffer);
        assertEquals(DIFFERENT.keySet(), verdictsDiffer.keySet(), verdictsDiffer::toString);
    }

    /// `clear-signed(Alice):ok > text/plain` and so on, without names.
    private static String expectedLayers(String written) {
        List<String> layers = new ArrayList<>();
        Matcher matcher = LAYER.matcher(written);
        while (matcher.find()) {
            layers.add(matcher.group(1) + ":" + matcher.group(3));
        }
        return String.join(" ", layers);
    }

    private static String layers(Reading reading) {
        return reading.layers().stream()
                .map(layer ->
                        switch (layer) {
                            case Layer.Signed signed ->
                                    (signed.form() == Layer.Form.CLEAR ? "clear" : "opaque")
                                            + "-signed:"
                                            + (fits(signed) ? "ok" : "BAD");
                            case Layer.Enveloped enveloped ->
                                    "encrypted:" + (enveloped.isOpened() ? "ok" : "BAD");
                            case Layer.Compressed _ -> "compressed:ok";
                            case Layer.CertificatesOnly _ -> "certificates:ok";
                            case Layer.Unread _ -> "unread:BAD";
                        })
                .collect(Collectors.joining(" "));
    }

    /// By arithmetic alone.
    private static boolean fits(Layer.Signed signed) {
        return switch (signed.verdict()) {
            case LayerVerdict.Signature verdict ->
                    switch (verdict) {
                        case VALID, NOT_AUTHOR, WEAK -> true;
                        case ALTERED,
                                NO_SIGNER,
                                NO_CERTIFICATE,
                                UNSUPPORTED,
                                CONTENT_TWICE,
                                AMBIGUOUS,
                                UNREADABLE ->
                                false;
                    };
            case LayerVerdict.Certificate _ -> true;
            case LayerVerdict.Envelope _, LayerVerdict.Wrapping _ -> false;
        };
    }

    /// X2: the nineteen examples of the RFC. SHA-1, DSA, RC2 and Triple DES are read, and never
    /// valid.
    @Test
    void rfc4134() throws Exception {
        Path messages = Peers.corpora().resolve("smime/rfc4134");
        Identity bob =
                new Identity(
                        KeyFactory.getInstance("RSA", Providers.BOUNCY_CASTLE)
                                .generatePrivate(
                                        new PKCS8EncodedKeySpec(
                                                Files.readAllBytes(
                                                        messages.resolve(
                                                                "BobPrivRSAEncrypt.pri")))),
                        List.of(certificate(messages.resolve("BobRSASignByCarl.cer"))));
        SmimeReader reader =
                new SmimeReader(
                        trust(
                                List.of(
                                        certificate(messages.resolve("CarlDSSSelf.cer")),
                                        certificate(messages.resolve("CarlRSASelf.cer"))),
                                AddressSource.ALTERNATIVE_NAME),
                        new SmimeDecryptor(List.of(bob)));
        byte[] content = Files.readAllBytes(messages.resolve("ExContent.bin"));
        Map<String, String> expected = new TreeMap<>();
        expected.put("3.1.bin", "unreadable: unreadable");
        expected.put("3.2.bin", "unreadable: unreadable");
        for (String file : List.of("4.1", "4.2", "4.4", "4.5", "4.6", "4.7", "4.10")) {
            expected.put(file + ".bin", "weak: weak");
        }
        // Without the content that it signs.
        expected.put("4.3.bin", "altered: altered");
        expected.put("4.8.eml", "weak: weak");
        expected.put("4.9.eml", "weak: weak");
        expected.put("4.11.bin", "altered: no-signer");
        expected.put("5.1.bin", "encrypted-unauthenticated: opened-unauthenticated");
        expected.put("5.2.bin", "not-opened: unsupported");
        expected.put("5.3.eml", "encrypted-unauthenticated: opened-unauthenticated");
        expected.put("6.0.bin", "unreadable: unreadable");
        expected.put("7.1.bin", "unreadable: unreadable");
        expected.put("7.2.bin", "unreadable: unreadable");
        Map<String, String> found = new TreeMap<>();
        for (String file : expected.keySet()) {
            byte[] octets = Files.readAllBytes(messages.resolve(file));
            byte[] message =
                    file.endsWith(".eml")
                            ? octets
                            : (SmimeMail.from("aliceDss@examples.com")
                                            + SmimeMail.object("signed-data", octets))
                                    .getBytes(ISO_8859_1);
            Reading reading =
                    reader.read(Content.of(message), Instant.parse("2026-01-15T09:00:00Z"));
            found.put(file, ReaderWorld.codes(reading));
            if (reading.opened().isPresent()) {
                try (InputStream in = reading.opened().get().open()) {
                    assertEquals(
                            new String(content, ISO_8859_1),
                            new String(in.readAllBytes(), ISO_8859_1),
                            file);
                }
            }
        }
        assertEquals(expected, found);
        String detached =
                SmimeMail.from("aliceDss@examples.com")
                        + SmimeMail.clear(
                                new String(content, ISO_8859_1),
                                Files.readAllBytes(messages.resolve("4.3.bin")));
        assertEquals(
                "weak: weak",
                ReaderWorld.codes(
                        reader.read(
                                Content.of(detached.getBytes(ISO_8859_1)),
                                Instant.parse("2026-01-15T09:00:00Z"))));
        print("RFC 4134", expected.size(), Map.of());
    }

    /// Certificate faults, line ends, broken envelopes. Nearly all are SHA-1 and RSA-1024, so the
    /// good ones are "weak"; which layer fits by arithmetic is what counts.
    @Test
    void bouncyCastle() throws Exception {
        Path messages = Peers.corpora().resolve("smime/bouncycastle");
        PartnerDirectory trust =
                trust(
                        List.of(certificate(messages.resolve("validator.root.crt"))),
                        AddressSource.SUBJECT_TOO);
        List<Identity> keys = new ArrayList<>();
        keys.add(Pem.identity(messages.resolve("key.pem"), messages.resolve("cert.pem")));
        keys.add(KeyFile.read(messages.resolve("johndoe.p12"), new char[0]));
        SmimeReader reader = new SmimeReader(trust, new SmimeDecryptor(keys));
        StringBuilder found = new StringBuilder();
        List<String> files = new ArrayList<>();
        try (var all = Files.list(messages)) {
            all.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".eml") || name.endsWith(".message"))
                    .sorted()
                    .forEach(files::add);
        }
        for (String file : files) {
            Reading reading =
                    reader.read(
                            Content.of(Files.readAllBytes(messages.resolve(file))),
                            Instant.parse("2006-09-01T12:00:00Z"));
            found.append("%-52s %s%n".formatted(file, ReaderWorld.codes(reading)));
        }
        try (InputStream in = getClass().getResourceAsStream("/smime/bouncycastle.table")) {
            String table = new String(in.readAllBytes(), UTF_8);
            String expected =
                    table.lines()
                            .filter(line -> !line.startsWith("#"))
                            .collect(Collectors.joining("\n", "", "\n"));
            assertEquals(expected, found.toString());
        }
        print("Bouncy Castle", files.size(), Map.of());
    }

    private PartnerDirectory trust(List<X509Certificate> anchors, AddressSource source)
            throws IOException {
        Path partners = folder.resolve("partners");
        Files.createDirectories(partners.resolve("anchors"));
        Pem.write(partners.resolve("anchors/all.pem"), anchors);
        PartnerDirectory trust = PartnerDirectory.load(partners, source);
        assertEquals(List.of(), trust.problems());
        return trust;
    }

    private static X509Certificate certificate(Path file) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    private static List<String[]> rows(Path messages) throws IOException {
        try (var lines = Files.lines(messages.resolve("EXPECTED.txt"))) {
            List<String[]> rows =
                    lines.filter(line -> !line.startsWith("#"))
                            .map(line -> line.split("\t", -1))
                            .toList();
            assertTrue(rows.size() > 10);
            return rows;
        }
    }

    private static void print(String what, int all, Map<String, String> different) {
        LOG.warn("{}: {} of {} agree; differ: {}", what, all - different.size(), all, different);
    }
}
