package org.postern.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import javax.crypto.Cipher;
import org.bouncycastle.cms.CMSAlgorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cli.Console;
import org.postern.keyring.Keyring;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.smime.Opened;
import org.postern.smime.SmimeDecryptor;
import org.postern.testkit.FakeZone;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.TestAuthority;

/// C03, G7: three kinds of failures to decrypt, thousands of each in any order, and how long the
/// sender waits for the reply of each. Not run with the other tests, because it takes minutes and
/// wants a quiet machine:
///
/// ```
/// mvn test -Dtest=FailureTiming -Dpostern.failures=10000
/// ```
///
/// The times of the decryption alone are compared as well, although nobody outside sees them.
class FailureTiming {
    private static final int USUAL = 10_000;
    private static final double SEPARABLE = 0.01;
    private static final int VARIANTS = 64;
    private static final int RSA_OCTETS = 256;

    /// The clinic's server keeps what it took in memory.
    private static final int FORGET_EVERY = 500;

    private static final String TEXT =
            "Content-Type: text/plain\r\n\r\n" + "All is well. ".repeat(80) + "\r\n";
    private static final Identity SAMS =
            TestAuthority.create().person(StagedClinic.SAM, KeyKind.RSA_2048);
    private static final String OUTER =
            "From: Chidi <%s>\r\nTo: %s\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
                    .formatted(StagedClinic.CHIDI, StagedClinic.SAM);

    @TempDir Path home;

    /// What is wrong.
    private enum Failure {
        /// The wrapped key has no PKCS#1 padding.
        KEY_PADDING,
        /// A key was wrapped, of another length than the cipher has.
        KEY_LENGTH,
        /// The right key opens a ciphertext with a wrong padding.
        CONTENT_PADDING
    }

    @Test
    void theReplyDoesNotTellThemApart() throws Exception {
        int each = Integer.getInteger("postern.failures", USUAL);
        List<List<String>> messages = messages();
        Console console = Console.system();
        try (SmtpSink sink = SmtpSink.start();
                StagedClinic staged = open(sink)) {
            double[][] replies =
                    times(
                            each,
                            messages,
                            new Sender(staged.clinic().ports().inbound(), sink)::send);
            SmimeDecryptor decryptor = new SmimeDecryptor(List.of(SAMS));
            double[][] openings = times(each, messages, (message, _) -> open(decryptor, message));
            Failure[] kinds = Failure.values();
            List<String> told = new ArrayList<>();
            for (int i = 0; i < kinds.length; i++) {
                int next = (i + 1) % kinds.length;
                double p = kolmogorovSmirnov(replies[i], replies[next]);
                double inside = kolmogorovSmirnov(openings[i], openings[next]);
                console.line(
                        ("%s: reply %.3f ms, opening %.3f ms (medians of %d);"
                                        + " beside %s: p = %.3f and %.3f")
                                .formatted(
                                        kinds[i],
                                        median(replies[i]),
                                        median(openings[i]),
                                        each,
                                        kinds[next],
                                        p,
                                        inside));
                if (Math.min(p, inside) <= SEPARABLE) {
                    told.add(kinds[i] + " is told from " + kinds[next]);
                }
            }
            assertEquals(List.of(), told);
        }
    }

    /// Sends a message and checks the reply, which is the same for all.
    private static final class Sender {
        private final int port;
        private final SmtpSink sink;
        private MailClient client;

        Sender(int port, SmtpSink sink) throws IOException {
            this.port = port;
            this.sink = sink;
            this.client = MailClient.greeted(port);
        }

        void send(String message, int number) throws IOException {
            if (number % FORGET_EVERY == 0) {
                sink.forget();
                client.close();
                client = MailClient.greeted(port);
            }
            String reply = client.offer(StagedClinic.SAM, message);
            assertTrue(reply.startsWith("250 2.0.0 Ok: queued as"), reply);
        }
    }

    private static void open(SmimeDecryptor decryptor, String message) throws IOException {
        Opened opened = decryptor.open(Content.of(message.getBytes(StandardCharsets.ISO_8859_1)));
        assertEquals(new Opened.Damaged(), opened);
    }

    @FunctionalInterface
    private interface Doing {
        void with(String message, int number) throws IOException;
    }

    /// In any order, so that a slow minute slows all kinds. The first tenth is for warming up.
    private static double[][] times(int each, List<List<String>> messages, Doing doing)
            throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        double[][] times = new double[messages.size()][each];
        int[] counts = new int[messages.size()];
        Arrays.fill(counts, -each / 10);
        int number = 0;
        while (Arrays.stream(counts).anyMatch(count -> count < each)) {
            int kind = random.nextInt(messages.size());
            if (counts[kind] == each) {
                continue;
            }
            List<String> variants = messages.get(kind);
            String message = variants.get(random.nextInt(variants.size()));
            number++;
            long begin = System.nanoTime();
            doing.with(message, number);
            if (counts[kind] >= 0) {
                times[kind][counts[kind]] = (System.nanoTime() - begin) / 1e6;
            }
            counts[kind]++;
        }
        return times;
    }

    /// In the order of the failures.
    private static List<List<String>> messages() throws GeneralSecurityException {
        SplittableRandom random = new SplittableRandom(7);
        List<List<String>> messages = new ArrayList<>();
        for (Failure failure : Failure.values()) {
            List<String> variants = new ArrayList<>();
            for (int i = 0; i < VARIANTS; i++) {
                byte[] object = SmimeMail.cbc(TEXT, CMSAlgorithm.AES256_CBC, SAMS);
                spoil(failure, object, random);
                variants.add(OUTER + SmimeMail.object("enveloped-data", object));
            }
            messages.add(variants);
        }
        return messages;
    }

    private static void spoil(Failure failure, byte[] object, SplittableRandom random)
            throws GeneralSecurityException {
        // The wrapped key: an OCTET STRING of 256 octets.
        int key = HexFormat.of().formatHex(object).indexOf("04820100") / 2 + 4;
        switch (failure) {
            case KEY_PADDING -> object[key + random.nextInt(1, RSA_OCTETS)] ^= 1;
            case KEY_LENGTH -> {
                Cipher rsa = Cipher.getInstance("RSA/ECB/PKCS1Padding");
                rsa.init(Cipher.ENCRYPT_MODE, SAMS.certificate().getPublicKey());
                System.arraycopy(rsa.doFinal(new byte[16]), 0, object, key, RSA_OCTETS);
            }
            case CONTENT_PADDING -> {
                // The last octets are ends of structures; those before them the last block.
                int end = object.length;
                while (object[end - 1] == 0) {
                    end--;
                }
                object[end - 1] ^= (byte) random.nextInt(1, 0x100);
            }
        }
    }

    private StagedClinic open(SmtpSink sink) throws IOException {
        StagedClinic staged = StagedClinic.in(home, Clock.systemUTC()).write(sink.port(), "none");
        staged.names(new FakeZone());
        Path keys = staged.clinic().data().resolve("keys");
        Keyring.of(
                        new Keyring.Places(
                                keys.resolve("smime"),
                                keys.resolve("password"),
                                keys.resolve("../crl"),
                                "Maple Clinic"),
                        Clock.systemUTC())
                .add(new Owner.Person(Address.of(StagedClinic.SAM)), SAMS);
        return staged.open();
    }

    private static double median(double[] times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /// The probability of so large a distance between two samples of one distribution.
    private static double kolmogorovSmirnov(double[] one, double[] other) {
        double[] left = one.clone();
        double[] right = other.clone();
        Arrays.sort(left);
        Arrays.sort(right);
        double distance = 0;
        int i = 0;
        int j = 0;
        while (i < left.length && j < right.length) {
            double at = Math.min(left[i], right[j]);
            while (i < left.length && left[i] <= at) {
                i++;
            }
            while (j < right.length && right[j] <= at) {
                j++;
            }
            double apart = Math.abs((double) i / left.length - (double) j / right.length);
            distance = Math.max(distance, apart);
        }
        double size = (double) left.length * right.length / (left.length + right.length);
        double lambda = distance * Math.sqrt(size);
        if (lambda < 0.2) {
            return 1;
        }
        double sum = 0;
        for (int k = 1; k <= 100; k++) {
            sum += (k % 2 == 1 ? 2 : -2) * Math.exp(-2.0 * k * k * lambda * lambda);
        }
        return sum;
    }
}
