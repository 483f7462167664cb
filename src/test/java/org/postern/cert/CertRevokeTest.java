package org.postern.cert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.cli.Command;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.config.Configuration;
import org.postern.config.FolderCopy;
import org.postern.keyring.BookLostException;
import org.postern.keyring.Keyring;
import org.postern.keyring.OwnLists;
import org.postern.keyring.Owner;
import org.postern.keyring.RevokedBook;
import org.postern.pki.Pem;
import org.postern.store.FileDisk;
import org.postern.testkit.Accepted;
import org.postern.testkit.ManualClock;
import org.postern.testkit.Peers;
import org.postern.testkit.TestAuthority;

/// A lost key: what the operator types, what is told to everybody, and that nothing is signed with
/// it any more.
class CertRevokeTest {
    private static final String ANNA = "anna.reyes@mapleclinic.example";
    private static final String SAM = "sam.okafor@mapleclinic.example";

    @TempDir Path temporary;

    private FolderCopy folder;
    private final ManualClock clock = new ManualClock(TestAuthority.NOW);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
        Path keys = Files.createDirectories(temporary.resolve("data/keys"));
        Files.writeString(keys.resolve("password"), "one long secret\n");
        Files.writeString(
                folder.path().resolve("gateway.yaml"),
                "pki: { crl: { url: http://crl.mapleclinic.example/crl/ } }\n",
                StandardOpenOption.APPEND);
    }

    @Test
    void aRevokedKeyIsToldAndNotUsed() throws Exception {
        assertEquals(0, cert("issue", ANNA));
        assertEquals(0, cert("issue", SAM));
        X509Certificate anna = newest(ANNA).certificate();
        assertEquals(0, cert("revoke", ANNA, "--reason", "key-compromise"), said());
        assertTrue(said().contains(ANNA + " (1) is revoked: key-compromise."), said());

        X509CRL list = list();
        list.verify(newest("authority").certificate().getPublicKey());
        assertNotNull(list.getRevokedCertificate(anna.getSerialNumber()));
        assertNull(list.getRevokedCertificate(newest(SAM).certificate().getSerialNumber()));

        assertTrue(keyring().current(owner(ANNA), clock.instant()).isEmpty());
        assertTrue(keyring().current(owner(SAM), clock.instant()).isPresent());
        assertEquals(1, cert("export", ANNA));
        assertEquals(0, cert("show", ANNA));
        assertTrue(said().contains("revoked; it was to last until"), said());
        assertEquals(0, cert("show", ANNA, "--json"));
        assertTrue(said().contains("\"revoked\" : true"), said());
        assertEquals(1, cert("revoke", ANNA, "--reason", "superseded"), "once is enough");

        assertEquals(0, cert("issue", ANNA));
        assertEquals(2, keyring().current(owner(ANNA), clock.instant()).orElseThrow().number());
        assertEquals(0, cert("export", ANNA));
    }

    @Test
    void oneOfSeveralCanBeMeant() throws Exception {
        cert("issue", ANNA);
        cert("issue", ANNA);
        assertEquals(0, cert("revoke", ANNA, "--reason", "superseded", "--number", "1"));
        assertEquals(2, keyring().current(owner(ANNA), clock.instant()).orElseThrow().number());
        assertEquals(1, keyring().revoked().lines().size());
        assertEquals(
                RevokedBook.Reason.SUPERSEDED, keyring().revoked().lines().getFirst().reason());
        assertEquals(1, cert("revoke", ANNA, "--reason", "superseded", "--number", "3"));
        assertTrue(cert("revoke", ANNA) != 0, "a reason is asked for");
        assertTrue(cert("revoke", ANNA, "--reason", "whim") != 0);
        assertTrue(cert("revoke", "authority", "--reason", "superseded") != 0);
    }

    /// A book that cannot be read stops all that would go by half of it.
    @Test
    void aDamagedBookStopsTheSigning() throws Exception {
        cert("issue", ANNA);
        cert("revoke", ANNA, "--reason", "superseded");
        Files.writeString(temporary.resolve("data/keys/smime/revoked"), "12 whenever\n");
        assertThrows(IOException.class, () -> keyring().current(owner(ANNA), clock.instant()));
        assertTrue(cert("list") != 0, "nothing is shown by half of it");
        cert("issue", SAM);
        assertTrue(cert("revoke", SAM, "--reason", "superseded") != 0);
    }

    /// Where the lists do not make up for what cannot be read, a person looks at it first.
    @Test
    void aDamagedLineThatNoListTellsNeedsAPerson() throws Exception {
        cert("issue", ANNA);
        Path book = temporary.resolve(BOOK);
        Files.writeString(book, "12 whenever\n");
        assertEquals(1, cert("book"));
        assertTrue(said().contains("cannot be read in line 1; put it back"), said());
        assertEquals(1, cert("book", "restore"));
        assertTrue(said().contains("1 lines of " + book + " cannot be read"), said());
        assertEquals("12 whenever\n", Files.readString(book));
        assertEquals(0, cert("book", "restore", "--sure"), said());
        assertEquals("", Files.readString(book));
        assertEquals("12 whenever\n", Files.readString(book.resolveSibling("revoked.damaged-1")));
        assertTrue(keyring().current(owner(ANNA), clock.instant()).isPresent());
        Files.delete(book);
        Files.createDirectory(book);
        assertEquals(1, cert("book"));
        assertTrue(said().contains("cannot be read, and nothing is signed"), said());
        assertEquals(1, cert("book", "restore"));
        assertTrue(said().contains(book + " cannot be read, and the lists name 0"), said());
        assertTrue(Files.isDirectory(book), "it lies where it was");
        assertEquals(0, cert("book", "restore", "--sure"), said());
        assertTrue(Files.isDirectory(book.resolveSibling("revoked.damaged-2")));
    }

    /// As many as cannot be read are named by the lists, and they may be others.
    @Test
    void listsThatNameAsManyAreNoProof() throws Exception {
        cert("issue", ANNA);
        cert("revoke", ANNA, "--reason", "superseded");
        Path book = temporary.resolve(BOOK);
        Files.writeString(book, "12 whenever\n");
        assertEquals(1, cert("book", "restore"));
        assertTrue(said().contains("the lists name 1 certificates"), said());
        assertEquals("12 whenever\n", Files.readString(book));
        assertEquals(0, cert("book", "restore", "--sure"), said());
        assertEquals(1, keyring().revoked().lines().size());
    }

    private static final String BOOK = "data/keys/smime/revoked";

    /// The book is there from the first day; if it is gone, it was lost.
    @Test
    void withoutTheBookNothingIsSignedOrPublished() throws Exception {
        cert("issue", ANNA);
        Path book = temporary.resolve(BOOK);
        assertEquals("", Files.readString(book), "made with the authority");
        assertEquals(0, cert("book"), said());
        cert("revoke", ANNA, "--reason", "key-compromise");
        cert("issue", SAM);
        String before = Files.readString(book);
        Keyring running = keyring();
        assertTrue(running.current(owner(SAM), clock.instant()).isPresent());
        Files.delete(book);

        assertThrows(BookLostException.class, () -> running.current(owner(SAM), clock.instant()));
        assertTrue(cert("issue", "authority") != 0, "a new authority makes no new book");
        assertTrue(cert("revoke", SAM, "--reason", "superseded") != 0, "nor does a revocation");
        assertFalse(Files.exists(book));
        X509CRL list = list();
        clock.advance(Duration.ofDays(2));
        own().lists().look();
        assertEquals(list, list(), "what was published stays");
        assertEquals(1, cert("book"));
        assertTrue(said().contains("is missing. Put it back from the backup"), said());

        assertEquals(0, cert("book", "restore"), said());
        assertEquals(before, Files.readString(book));
        assertTrue(running.current(owner(ANNA), clock.instant()).isEmpty());
        assertTrue(running.current(owner(SAM), clock.instant()).isPresent());
        assertEquals(0, cert("book"), said());
        assertTrue(said().contains("names 1 certificates."), said());
    }

    /// An older copy of the keys was restored: the published list knows better.
    @Test
    void anOlderBookIsNoticedByWhatWasPublished() throws Exception {
        cert("issue", ANNA);
        cert("issue", SAM);
        cert("revoke", SAM, "--reason", "superseded");
        String older = Files.readString(temporary.resolve(BOOK));
        cert("revoke", ANNA, "--reason", "affiliation-changed");
        String newer = Files.readString(temporary.resolve(BOOK));
        Files.writeString(temporary.resolve(BOOK), older);
        X509Certificate anna = newest(ANNA).certificate();
        Keyring running = keyring();
        BookLostException lost =
                assertThrows(
                        BookLostException.class,
                        () -> running.current(owner(ANNA), clock.instant()));
        assertTrue(lost.reason().contains("is an old one"), lost.reason());
        assertThrows(BookLostException.class, () -> running.current(owner(SAM), clock.instant()));
        assertTrue(running.revoked().holds(anna), "what was published stays revoked");
        clock.advance(Duration.ofDays(2));
        own().lists().look();
        assertEquals(2, list().getRevokedCertificates().size(), "no shorter list is published");
        assertEquals(1, cert("book"));
        assertTrue(said().contains("1 more were published as revoked"), said());
        assertEquals(0, cert("book", "restore"), said());
        assertEquals(newer, Files.readString(temporary.resolve(BOOK)));
        assertTrue(running.current(owner(ANNA), clock.instant()).isEmpty());
    }

    /// The authority's own files went with the book: what it has issued, or published, tells of it.
    @Test
    void withoutTheAuthorityABookIsMissedAllTheSame() throws Exception {
        cert("issue", ANNA);
        cert("issue", SAM);
        cert("revoke", SAM, "--reason", "key-compromise");
        Path keys = temporary.resolve("data/keys/smime");
        for (String name : List.of("revoked", "authority-1.p12", "authority-1.pem")) {
            Files.delete(keys.resolve(name));
        }
        assertThrows(BookLostException.class, () -> keyring().current(owner(SAM), clock.instant()));
        assertTrue(cert("issue", "authority") != 0);
        Path list = temporary.resolve("data/crl/authority-1.crl");
        Path aside = Files.move(list, temporary.resolve("aside"));
        assertThrows(BookLostException.class, () -> keyring().current(owner(SAM), clock.instant()));
        assertEquals(1, cert("book", "restore"), "nobody tells what was revoked");
        assertTrue(said().contains("No list of the last days tells"), said());
        Files.move(aside, list);
        assertEquals(0, cert("book", "restore"), said());
        assertTrue(keyring().current(owner(SAM), clock.instant()).isEmpty());
        assertTrue(keyring().current(owner(ANNA), clock.instant()).isPresent());

        // The keys of people went as well; what was published is there for some authority.
        try (Stream<Path> files = Files.list(keys)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        assertThrows(BookLostException.class, () -> keyring().current(owner(SAM), clock.instant()));
        assertEquals(1, cert("book", "restore"));
        assertTrue(said().contains("an authority whose certificate is gone"), said());
    }

    /// A certificate of another authority needs no book.
    @Test
    void whoHasNoAuthorityNeedsNoBook() throws Exception {
        keyring().add(owner(ANNA), TestAuthority.create().person(ANNA));
        assertTrue(keyring().current(owner(ANNA), clock.instant()).isPresent());
    }

    /// The disk fails, or the command is killed, between the note of the act and the book.
    @Test
    void anActThatBrokeOffIsForTheAuditAsWell() throws Exception {
        cert("issue", ANNA);
        Files.createDirectories(temporary.resolve(BOOK + "~/x"));
        assertTrue(cert("revoke", ANNA, "--reason", "key-compromise") != 0);
        Acts acts = new Acts(temporary.resolve("data"), clock);
        List<String> audit = new ArrayList<>();
        acts.tell((act, detail) -> audit.add(act + ": " + detail));
        assertEquals(List.of(), audit, "it may go on");
        clock.advance(Acts.COMMAND_MAX);
        acts.tell((act, detail) -> audit.add(act + ": " + detail));
        acts.tell((act, detail) -> audit.add(act + ": " + detail));
        assertEquals(1, audit.size(), audit::toString);
        assertTrue(
                audit.getFirst().startsWith("certificate revoked: " + ANNA + " (1), key-comp"),
                audit::toString);
        assertTrue(audit.getFirst().endsWith("look whether it was done"), audit::toString);
        // What was taken for broken off and came to its end is told of once more.
        Acts.Begun slow = acts.begin("certificate revoked", "slowly");
        clock.advance(Acts.COMMAND_MAX);
        acts.tell((act, detail) -> audit.add(act + ": " + detail));
        slow.done();
        acts.tell((act, detail) -> audit.add(act + ": " + detail));
        assertEquals(3, audit.size(), audit::toString);
        assertTrue(audit.getLast().startsWith("certificate revoked: slowly, by "));
        acts.begin("certificate revoked", "not at all").undone();
        clock.advance(Acts.COMMAND_MAX);
        acts.tell((act, detail) -> audit.add(act + ": " + detail));
        assertEquals(3, audit.size(), audit::toString);
    }

    /// Both volumes are gone: only a person can say that nothing was revoked.
    @Test
    void withoutListsAPersonHasToBeSure() throws Exception {
        cert("issue", ANNA);
        Files.delete(temporary.resolve(BOOK));
        Files.delete(temporary.resolve("data/crl/authority-1.crl"));
        own().lists().look();
        assertFalse(Files.exists(temporary.resolve(BOOK)), "no start can know that");
        assertEquals(1, cert("book", "restore"));
        assertTrue(said().contains("No list of the last days tells"), said());
        assertFalse(Files.exists(temporary.resolve(BOOK)));
        assertEquals(0, cert("book", "restore", "--sure"), said());
        assertTrue(keyring().current(owner(ANNA), clock.instant()).isPresent());

        // A list that has ended tells nothing of the days since.
        Files.delete(temporary.resolve(BOOK));
        clock.advance(Duration.ofDays(9));
        assertEquals(1, cert("book", "restore"));
        assertTrue(cert("book", "burn") != 0);
    }

    /// What was done stands in the audit, once the gateway has looked, in its order.
    @Test
    void whatWasDoneIsForTheAudit() throws Exception {
        cert("issue", ANNA);
        cert("issue", SAM);
        cert("revoke", ANNA, "--reason", "key-compromise");
        clock.advance(Duration.ofSeconds(1));
        cert("revoke", SAM, "--reason", "superseded");
        Acts acts = new Acts(temporary.resolve("data"), clock);
        List<String> audit = new ArrayList<>();
        acts.tell((_, _) -> {
            throw new IOException("the audit is full");
        });
        acts.tell((act, detail) -> audit.add(act + ": " + detail));
        acts.tell((act, detail) -> audit.add(act + ": " + detail));
        assertEquals(2, audit.size(), audit::toString);
        assertTrue(
                audit.getFirst()
                        .startsWith("certificate revoked: " + ANNA + " (1), key-compromise, by "),
                audit::toString);
        assertTrue(audit.getLast().contains(SAM), audit::toString);
    }

    private OwnKeys own() {
        return OwnKeys.of(Accepted.value(Configuration.gateway(folder.path())), clock);
    }

    @Test
    void eachListIsNewerThanTheOneBefore() throws Exception {
        cert("issue", ANNA);
        cert("revoke", ANNA, "--reason", "superseded");
        X509CRL first = list();
        assertTrue(first.getNextUpdate().toInstant().isAfter(clock.instant()));
        clock.advance(Duration.ofDays(1));
        OwnKeys own = own();
        own.lists().look();
        X509CRL second = list();
        assertTrue(second.getThisUpdate().toInstant().isAfter(first.getThisUpdate().toInstant()));
        assertTrue(second.getNextUpdate().toInstant().isAfter(first.getNextUpdate().toInstant()));
        assertEquals(1, second.getRevokedCertificates().size());
        assertTrue(own.lists().find("authority-1.crl").isPresent());
        assertFalse(own.lists().find("authority-2.crl").isPresent());
        assertFalse(own.lists().find("../keys/password").isPresent());
    }

    /// Whatever kept it from being published, it is within a minute, or by the same command again.
    @Test
    void whatWasNotPublishedIsSoonOrOnceMore() throws Exception {
        cert("issue", ANNA);
        OwnKeys own = own();
        // The one of a running gateway, which has written them already.
        OwnLists lists = own.lists();
        lists.look();
        Path lock = temporary.resolve("data/crl/lock");
        try (Closeable _ = new FileDisk().lock(lock)) {
            assertTrue(cert("revoke", ANNA, "--reason", "superseded") != 0);
            assertTrue(said().contains("within a minute"), said());
            assertEquals(1, keyring().revoked().lines().size(), "it is written down");
        }
        assertNull(list().getRevokedCertificates());
        lists.look();
        assertEquals(1, list().getRevokedCertificates().size());

        Files.write(temporary.resolve("data/crl/authority-1.crl"), new byte[1]);
        assertEquals(1, cert("revoke", ANNA, "--reason", "superseded", "--number", "1"));
        assertEquals(1, list().getRevokedCertificates().size());
    }

    @Test
    void aClockThatWasAheadKeepsNoListFromBeingMade() throws Exception {
        cert("issue", ANNA);
        OwnKeys own = own();
        // The one of a running gateway, which has written them already.
        OwnLists lists = own.lists();
        clock.advance(Duration.ofDays(200));
        lists.look();
        clock.advance(Duration.ofDays(-190));
        lists.look();
        assertTrue(list().getThisUpdate().toInstant().isBefore(clock.instant()));
    }

    /// OpenSSL finds the place of the list in the certificate, and refuses by the list.
    @Test
    void opensslRefusesByTheList() throws Exception {
        Path openssl = Peers.program("openssl");
        cert("issue", ANNA);
        cert("issue", SAM);
        cert("revoke", ANNA, "--reason", "key-compromise");
        Pem.write(temporary.resolve("ca.pem"), List.of(newest("authority").certificate()));
        Pem.write(temporary.resolve("anna.pem"), List.of(newest(ANNA).certificate()));
        Pem.write(temporary.resolve("sam.pem"), List.of(newest(SAM).certificate()));
        run(
                openssl,
                "crl",
                "-inform",
                "DER",
                "-in",
                "data/crl/authority-1.crl",
                "-out",
                "list.pem");
        String at = String.valueOf(clock.instant().getEpochSecond());
        String sam =
                run(
                        openssl,
                        "verify",
                        "-attime",
                        at,
                        "-crl_check",
                        "-CAfile",
                        "ca.pem",
                        "-CRLfile",
                        "list.pem",
                        "sam.pem");
        assertTrue(sam.contains("sam.pem: OK"), sam);
        String anna =
                run(
                        openssl,
                        "verify",
                        "-attime",
                        at,
                        "-crl_check",
                        "-CAfile",
                        "ca.pem",
                        "-CRLfile",
                        "list.pem",
                        "anna.pem");
        assertTrue(anna.contains("certificate revoked"), anna);
        String shown =
                run(openssl, "x509", "-in", "sam.pem", "-noout", "-ext", "crlDistributionPoints");
        assertTrue(shown.contains("URI:http://crl.mapleclinic.example/crl/authority-1.crl"), shown);
    }

    private String run(Path openssl, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(openssl.toString()));
        command.addAll(List.of(words));
        Process process =
                new ProcessBuilder(command)
                        .directory(temporary.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        return said;
    }

    private X509CRL list() throws Exception {
        try (InputStream in = Files.newInputStream(temporary.resolve("data/crl/authority-1.crl"))) {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(in);
        }
    }

    private Keyring keyring() {
        return own().keyring();
    }

    private Keyring.Entry newest(String word) throws IOException {
        return keyring().newest(owner(word)).orElseThrow();
    }

    private static Owner owner(String word) {
        return Owner.of(word).orElseThrow();
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private int cert(String... words) {
        out.reset();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        Console console = new Console(print, print, InputStream.nullInputStream());
        List<String> all = new ArrayList<>(List.of("cert", "--config", folder.path().toString()));
        all.addAll(List.of(words));
        Command command = new Cert(console, clock);
        return new CommandLineTool(console, List.of(command)).run(all.toArray(String[]::new));
    }
}
