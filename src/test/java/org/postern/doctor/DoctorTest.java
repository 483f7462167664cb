package org.postern.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cert.OwnKeys;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.config.Configuration;
import org.postern.config.FolderCopy;
import org.postern.config.GatewayConfig;
import org.postern.entrance.Entrance;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.Owner;
import org.postern.mail.Address;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.pki.Validity;
import org.postern.testkit.Accepted;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;

/// What needs a person, in one list.
class DoctorTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    @TempDir Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private FolderCopy folder;

    /// The clinic's own, where its folders are shown.
    private ClinicCheck.Question server =
            _ -> {
                throw new AssertionError("nobody is asked");
            };

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
        Files.createDirectories(partners().resolve("anchors"));
        Files.createDirectories(temporary.resolve("data"));
        Pem.write(
                partners().resolve("anchors/root.pem"),
                List.of(AUTHORITY.authority().certificate()));
        Files.writeString(
                folder.path().resolve("gateway.yaml"),
                "postmaster: it@mapleclinic.example\n",
                StandardOpenOption.APPEND);
    }

    @Test
    void nothingToDoIsSaid() {
        assertEquals(0, doctor(), said());
        assertEquals("good: No certificate or key needs anybody in 30 days.\n", said());
    }

    /// S20: without a list mail for nobody is taken, and fills what is held.
    @Test
    void aDoorForEveryAddressIsNamed() throws IOException {
        Path gateway = folder.path().resolve("gateway.yaml");
        String text = Files.readString(gateway);
        Files.writeString(gateway, text.replace("listeners:\n", "listeners:\n  inbound: {}\n"));
        assertEquals(0, doctor(), said());
        String warned = "warn: Mail from outside is taken for every address of your domains";
        assertTrue(said().contains(warned), said());
        Files.writeString(
                gateway,
                text.replace("listeners:\n", "listeners:\n  inbound: { recipients: all }\n"));
        assertEquals(0, doctor(), said());
        assertFalse(said().contains(warned), said());
    }

    /// Whether it is there, proves its name, and whether anybody sees its folders.
    @Test
    void theServerOfTheClinicsFoldersIsLookedAt() throws IOException {
        Path gateway = folder.path().resolve("gateway.yaml");
        Files.writeString(
                gateway,
                """
                authentication:
                  host: mail.mapleclinic.example
                  folders: Clinic
                """,
                StandardOpenOption.APPEND);
        server = _ -> new Entrance.Self("Dove\u001bcot", List.of("IMAP4REV1"));
        assertEquals(0, doctor(), said());
        String good =
                "good: The clinic's IMAP server mail.mapleclinic.example:993 has proved its name"
                        + " (Dove?cot, IMAP4REV1). Its folders are below Clinic.\n";
        String unseen = "warn: The clinic's folders (authentication: folders) are shown to nobody";
        assertTrue(said().endsWith(good), said());
        assertTrue(said().contains(unseen + ": no listener imap"), said());
        String text = Files.readString(gateway);
        Files.writeString(gateway, text.replace("listeners:\n", "listeners:\n  imaps: {}\n"));
        assertEquals(0, doctor(), said());
        assertFalse(said().contains(unseen), said());
        Files.writeString(
                gateway,
                text.replace(
                        "listeners:\n",
                        "listeners:\n  imaps: {}\n  imap-app-passwords-only: true\n"));
        assertEquals(0, doctor(), said());
        assertTrue(said().contains(unseen + ": with imap-app-passwords-only"), said());
        server =
                _ -> {
                    throw new IOException("the clinic's server is not reached");
                };
        assertEquals(1, doctor(), said());
        assertTrue(said().contains("cannot be used: the clinic's server is not reached."), said());
    }

    @Test
    void whatEndsIsNamed() throws IOException {
        put("month.pem", "month@partner.example", Duration.ofDays(20));
        assertEquals(0, doctor(), said());
        assertTrue(said().startsWith("warn: partners/month.pem ends on 2026-02-04T"), said());
        put("week.pem", "week@partner.example", Duration.ofDays(5));
        assertEquals(1, doctor(), said());
        assertTrue(said().startsWith("bad: partners/week.pem ends on 2026-01-20T"), said());
        assertEquals(1, doctor("--json"));
        assertTrue(said().contains("\"weight\" : \"bad\""), said());
    }

    @Test
    void whatCannotBeReadIsNamed() throws IOException {
        Files.writeString(partners().resolve("broken.pem"), "nothing");
        doctor();
        assertTrue(said().contains("warn: partners/broken.pem: It cannot be read"), said());
        assertFalse(said().contains("good:"), said());
    }

    @Test
    void whatOthersMayChangeIsBad() throws IOException {
        for (Path each : List.of(temporary, folder.path(), partners())) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Path root = partners().resolve("anchors/root.pem");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertEquals(1, doctor());
        assertTrue(said().contains("bad: partners/anchors/root.pem: It is not used"), said());
    }

    @Test
    void aLostBookAndAnEmptyFolderAreNamed() throws IOException {
        Files.createDirectories(partners().resolve("anchors/stmary.example"));
        doctor();
        assertTrue(
                said().contains("warn: partners/anchors/stmary.example/: No authority is in it"),
                said());
        Path keys = Files.createDirectories(temporary.resolve("data/keys/smime"));
        Files.writeString(
                keys.resolve("authority-1.pem"), Pem.of(AUTHORITY.authority().identity().chain()));
        assertEquals(1, doctor());
        assertTrue(said().contains("bad: Nothing is signed: the book of revoked"), said());
        Files.createFile(keys.resolve("revoked"));
        assertEquals(0, doctor(), said());
    }

    /// What a stop of the gateway left behind, or an owner who never took it.
    @Test
    void aKeyThatNeverCameIntoUseIsNamed() throws Exception {
        GatewayConfig config = Accepted.value(Configuration.gateway(folder.path()));
        Path password = config.storage().keystorePassword();
        Files.createDirectories(password.getParent());
        Files.writeString(password, "open sesame\n");
        IssuedBook.Issued first = issue(config, Duration.ofDays(15));
        issue(config, Duration.ofDays(13));
        doctor();
        assertTrue(
                said().contains(
                                "warn: The certificate issued to maria@homemail.example (1) was not"
                                        + " activated in 14 days."),
                said());
        String named = "--number 1 maria@homemail.example";
        assertTrue(said().contains("cert activate " + named + "; else: "), said());
        assertTrue(said().contains("cert revoke --reason superseded " + named), said());
        assertFalse(said().contains("(2)"), "she may still take that one: " + said());
        OwnKeys.issued(config).use(first, IssuedBook.Use.BY_HAND, TestAuthority.NOW);
        doctor();
        assertFalse(said().contains("was not activated"), said());
        Path file = config.storage().keys().resolve("smime/maria@homemail.example-1.issued");
        Files.writeString(file, "nothing");
        assertEquals(1, doctor(), said());
        assertTrue(said().contains(file.toString()), said());
    }

    private static IssuedBook.Issued issue(GatewayConfig config, Duration ago) throws Exception {
        Owner.Person maria = new Owner.Person(Address.of("maria@homemail.example"));
        OwnKeys own = OwnKeys.of(config, new ManualClock(TestAuthority.NOW.minus(ago)));
        return OwnKeys.issued(config)
                .add(maria, own.issuing().issueOutside(maria, KeyKind.P_256).chain());
    }

    @Test
    void pagesWithoutACertificateAreNamed() throws IOException {
        Path gateway = folder.path().resolve("gateway.yaml");
        Files.writeString(
                gateway,
                Files.readString(gateway)
                        .replace(
                                "    tls: here\n",
                                "    tls: acme\n"
                                        + "    acme: { contact: it@mapleclinic.example,"
                                        + " agree-to-terms: true }\n"));
        assertEquals(1, doctor(), said());
        assertTrue(
                said().startsWith(
                                "bad: The pages have no certificate yet, and answer nobody."
                                        + " A running gateway gets one"),
                said());
        Path acme = Files.createDirectories(temporary.resolve("data/acme"));
        Files.writeString(
                acme.resolve("mail.mapleclinic.example.trouble"),
                "3\n2026-01-15T08:00:00Z\n2026-01-15T09:00:00Z\nport 443 is closed\n");
        assertEquals(1, doctor(), said());
        assertTrue(
                said().contains(
                                "Tried 3 times, last at 2026-01-15T08:00:00Z: port 443 is closed."
                                        + " Next at 2026-01-15T09:00:00Z."),
                said());
        page(acme, Duration.ofDays(90));
        assertEquals(0, doctor(), said());
        assertTrue(
                said().startsWith("warn: The certificate of the pages was not renewed."), said());
        Files.delete(acme.resolve("mail.mapleclinic.example.trouble"));
        assertEquals(0, doctor(), said());
        assertTrue(said().startsWith("good: "), said());
        Files.writeString(acme.resolve("mail.mapleclinic.example.pem"), "spoiled");
        assertEquals(1, doctor());
        assertTrue(said().startsWith("bad: The pages answer nobody: "), said());
        assertTrue(said().contains("remove the file, and the gateway gets another one"), said());
    }

    private static void page(Path acme, Duration life) throws IOException {
        Validity validity = Validity.from(TestAuthority.NOW, life);
        Identity page =
                AUTHORITY
                        .authority()
                        .issue(
                                CertificateRequest.server(
                                        KeyKind.P_256, validity, "mail.mapleclinic.example"));
        Files.writeString(
                acme.resolve("mail.mapleclinic.example.pem"),
                Pem.of(page.chain()) + Pem.of(page.key()));
    }

    private Path partners() {
        return folder.path().resolve("partners");
    }

    private void put(String file, String address, Duration life) throws IOException {
        Validity validity = Validity.from(TestAuthority.NOW, life);
        Pem.write(
                partners().resolve(file),
                List.of(
                        AUTHORITY
                                .authority()
                                .issue(
                                        CertificateRequest.person(
                                                KeyKind.P_256, validity, Address.of(address)))
                                .certificate()));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private int doctor(String... words) {
        out.reset();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        Console console = new Console(print, print, InputStream.nullInputStream());
        List<String> all = new ArrayList<>(List.of("doctor", "--config", folder.path().toString()));
        all.addAll(List.of(words));
        return new CommandLineTool(
                        console,
                        List.of(new Doctor(console, new ManualClock(TestAuthority.NOW), server)))
                .run(all.toArray(String[]::new));
    }
}
