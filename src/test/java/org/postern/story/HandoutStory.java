package org.postern.story;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.story.RunningClinic.await;
import static org.postern.story.StagedClinic.ANNA;
import static org.postern.story.StagedClinic.MARIA;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.keyring.KeyFile;
import org.postern.pki.Identity;
import org.postern.pki.Pem;
import org.postern.testkit.FakeZone;
import org.postern.testkit.OpensslCms;
import org.postern.testkit.Peers;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmimeMail.By;
import org.postern.testkit.SmtpSink;
import org.postern.testkit.SmtpSink.Taken;

/// A patient gets a key of her own: IT asks for it, she fetches it behind her check, its passphrase
/// goes by telephone. From the day on which she has it, mail to her is encrypted; from the day on
/// which it is revoked, no more.
class HandoutStory {
    private static final String RULE =
            """
              - name: patients with keys
                when: { recipient: { domain: homemail.example } }
                then: { protect: [smime, pickup] }
            """;

    @TempDir Path home;
    private SmtpSink sink;
    private StagedClinic clinic;

    @BeforeEach
    void open() throws IOException {
        sink = SmtpSink.start();
        clinic =
                StagedClinic.in(home, Clock.systemUTC())
                        .write(sink.port(), "none")
                        .names(new FakeZone())
                        .settings("postmaster: it@mapleclinic.example\n")
                        .rules(RULE)
                        .open();
    }

    @AfterEach
    void close() throws IOException {
        clinic.close();
        sink.close();
    }

    private Answer cert(int expected, String... words) {
        Answer answer = Answer.to(clinic.clinic().config(), "cert", words);
        assertEquals(expected, answer.code(), answer.out() + answer.err());
        return answer;
    }

    @Test
    void aPatientGetsAKeyAndLosesIt() throws Exception {
        String said = cert(0, "issue", MARIA, "--pickup", "--json").out();
        JsonNode given = new ObjectMapper().readTree(said);
        String passphrase = given.path("passphrase").asText();
        clinic.awaitAudit("key made for pickup", MARIA, "by ");
        byte[] file = KeyFetch.fetch(clinic.clinic().pickupUrl(), awaitNotice());
        Path pack = Files.write(home.resolve("fetched.p12"), file);
        Identity maria = KeyFile.read(pack, passphrase.toCharArray());
        openssl(0, "pkcs12", "-in", pack.toString(), "-noout", "-passin", "pass:" + passphrase);

        sink.forget();
        assertTrue(cert(0, "show", MARIA).out().contains("not encrypted to it before"));
        send();
        Taken notice = awaitNotice();
        assertFalse(notice.text().contains("canaryletter"), "she may not have it yet");

        cert(1, "activate", MARIA, "--number", "2");
        cert(0, "activate", MARIA);
        clinic.awaitAudit("certificate activated", MARIA + " (1)");
        assertTrue(cert(0, "find", MARIA).out().contains("issued by the clinic itself"));
        await("the finder's next look", this::isEncrypted);
        Taken letter = sink.taken().getLast();
        assertFalse(letter.text().contains("canaryletter"));
        String type = letter.field("Content-Type");
        assertTrue(type.contains("smime-type=enveloped-data"), type);
        byte[] read = OpensslCms.in(home).decrypt(letter.content(), maria);
        assertTrue(new String(read, ISO_8859_1).contains("canaryletter"));

        assertTrue(verified(maria, 0).contains(": OK"));
        cert(0, "revoke", MARIA, "--reason", "key-compromise");
        assertTrue(verified(maria, 2).contains("certificate revoked"));
        assertTrue(cert(0, "list").out().contains("rsa3072 key, revoked"));
        assertTrue(cert(1, "find", MARIA).err().contains("was revoked"));
        cert(1, "activate", MARIA);
        await("the finder's next look", () -> !isEncrypted());
        assertNoTrace(passphrase, maria);
    }

    /// Nothing of the key is anywhere on the clinic's disk, nor what opens the file.
    private void assertNoTrace(String passphrase, Identity maria) throws IOException {
        byte[] secret = maria.key().getEncoded();
        String key = new String(secret, secret.length - 200, 200, ISO_8859_1);
        try (Stream<Path> files = Files.walk(clinic.clinic().data())) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(each, ISO_8859_1);
                assertFalse(text.contains(passphrase), each.toString());
                assertFalse(text.contains(key), each.toString());
            }
        }
        try (Stream<Path> files = Files.list(clinic.clinic().data().resolve("keys/smime"))) {
            List<String> names = new ArrayList<>();
            files.map(it -> it.getFileName().toString())
                    .filter(it -> it.startsWith("maria"))
                    .sorted()
                    .forEach(names::add);
            assertEquals(List.of(MARIA + "-1.issued", MARIA + "-1.told", MARIA + "-1.used"), names);
        }
    }

    /// Nobody has to say so: who signs with the key has it.
    @Test
    void herSignedMailActivatesIt() throws Exception {
        String said = cert(0, "issue", MARIA, "--pickup", "--json").out();
        String passphrase = new ObjectMapper().readTree(said).path("passphrase").asText();
        byte[] file = KeyFetch.fetch(clinic.clinic().pickupUrl(), awaitNotice());
        Path pack = Files.write(home.resolve("fetched.p12"), file);
        Identity maria = KeyFile.read(pack, passphrase.toCharArray());
        String head = "From: <%s>\r\nTo: <%s>\r\nSubject: x\r\n".formatted(MARIA, ANNA);
        String text = "Content-Type: text/plain\r\n\r\nHello\r\n";
        String other = SmimeMail.clear(text, By.rsa(clinic.clinic().partner()));
        receive(head + other);
        await("the first mail", () -> received() == 1);
        assertTrue(cert(0, "show", MARIA).out().contains("not encrypted to it before"));
        receive(head + SmimeMail.clear(text, By.rsa(maria)));
        clinic.awaitAudit("certificate activated", MARIA + " (1), by a mail that was signed");
        await("the finder's next look", this::isEncrypted);
        assertTrue(cert(0, "show", MARIA).out().contains("activated by signed mail"));
        assertFalse(cert(0, "review").out().contains("issued by CN=Maple"), "nobody reviews it");
    }

    private void receive(String message) throws IOException {
        try (MailClient outside = MailClient.greeted(clinic.clinic().ports().inbound())) {
            String reply = outside.offer(List.of(ANNA), message);
            assertTrue(reply.startsWith("250 2.0.0 Ok: queued as"), reply);
        }
    }

    private long received() {
        return sink.taken().stream().filter(it -> it.recipients().contains(ANNA)).count();
    }

    @Test
    void whoIsNotServedIsToldWhy() throws Exception {
        String own = cert(1, "issue", ANNA, "--pickup").err();
        assertTrue(own.contains("is in one of the clinic's domains"), own);
        String odd = cert(1, "issue", MARIA, "--pickup", "--kind", "x25519").err();
        assertTrue(odd.contains("of this kind are not given away"), odd);
        cert(2, "issue", "organisation", "--pickup");
        cert(1, "activate", MARIA);
        cert(1, "revoke", MARIA, "--reason", "superseded");
        String told = cert(0, "issue", MARIA, "--pickup", "--older", "--kind", "p256").out();
        assertTrue(
                Pattern.compile("this passphrase by telephone: [a-z2-9]{4}(-[a-z2-9]{4}){4}\\.")
                        .matcher(told)
                        .find(),
                told);
        assertTrue(told.contains("./gateway cert activate --number 1 " + MARIA), told);
        clinic.stop();
        String still = cert(1, "issue", MARIA, "--pickup").err();
        assertTrue(still.contains("the gateway does not run"), still);
    }

    /// Sends a letter, and says whether it left encrypted.
    private boolean isEncrypted() {
        try {
            sink.forget();
            send();
            await("the letter, or its notice", () -> !sink.taken().isEmpty());
            return sink.taken().getLast().field("Content-Type").contains("pkcs7-mime");
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private void send() throws IOException, GeneralSecurityException {
        try (MailClient client = clinic.submission()) {
            client.send(
                    MARIA,
                    "From: Anna Reyes <%s>\r\nTo: <%s>\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\n"
                                    .formatted(ANNA, MARIA)
                            + "canaryletter\r\n");
        }
    }

    private Taken awaitNotice() {
        await("a notice", () -> notices().findAny().isPresent());
        return notices().findFirst().orElseThrow();
    }

    private Stream<Taken> notices() {
        return sink.taken().stream()
                .filter(it -> it.recipients().contains(MARIA))
                .filter(it -> it.field("Auto-Submitted").equals("auto-generated"));
    }

    /// What openssl says of her certificate and the clinic's list.
    private String verified(Identity maria, int exit) throws Exception {
        Path place = Files.createTempDirectory(home, "verify");
        Pem.write(place.resolve("maria.pem"), List.of(maria.certificate()));
        Pem.write(place.resolve("ca.pem"), List.of(maria.chain().getLast()));
        Path list = clinic.clinic().data().resolve("crl/authority-1.crl");
        openssl(
                0,
                "crl",
                "-inform",
                "DER",
                "-in",
                list.toString(),
                "-out",
                place.resolve("list.pem").toString());
        return openssl(
                exit,
                "verify",
                "-crl_check",
                "-CAfile",
                place.resolve("ca.pem").toString(),
                "-CRLfile",
                place.resolve("list.pem").toString(),
                place.resolve("maria.pem").toString());
    }

    private static String openssl(int exit, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(Peers.program("openssl").toString()));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(exit, process.waitFor(), said);
        return said;
    }
}
