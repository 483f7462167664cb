package org.postern.harvest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.opening.SmimeReader;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Finder;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.pki.Validity;
import org.postern.smime.SmimeDecryptor;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmimeMail.By;
import org.postern.testkit.TestAuthority;

/// C17: what comes into the review list, and what does not.
class HarvestTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final String ANN = "ann@partner.example";
    private static final String TEXT = "Content-Type: text/plain\r\n\r\nHello\r\n";

    @TempDir Path home;

    private final List<String> journal = new ArrayList<>();
    private Path partners;
    private ReviewFolder folder;
    private AcceptedFolder accepted;

    @BeforeEach
    void write() throws IOException {
        partners = home.resolve("partners");
        Files.createDirectories(partners.resolve("anchors"));
        Files.createDirectories(partners.resolve("pinned"));
        Pem.write(
                partners.resolve("anchors/root.pem"), List.of(AUTHORITY.authority().certificate()));
        folder = new ReviewFolder(home.resolve("harvest"));
        accepted = new AcceptedFolder(home.resolve("harvest"));
    }

    @Test
    void whoeverSignsHerOwnMailIsOffered() throws Exception {
        Identity ann = AUTHORITY.person(ANN);
        note(ANN, SmimeMail.clear(TEXT, By.ec(ann)));
        note(ANN, SmimeMail.opaque(TEXT, By.ec(ann)));
        ReviewFolder.Waiting waiting = only();
        assertEquals(Address.of(ANN), waiting.address());
        assertEquals(ann.certificate(), waiting.chain().getFirst());
        assertEquals(TestAuthority.NOW, waiting.received());
        assertEquals(List.of(waiting.id() + " " + ANN), journal);
    }

    /// A stranger's authority vouches for nobody; a person decides.
    @Test
    void soIsOneForWhomNobodyVouches() throws Exception {
        note(ANN, SmimeMail.clear(TEXT, By.ec(TestAuthority.create().person(ANN))));
        assertEquals(Address.of(ANN), only().address());
    }

    @Test
    void allOthersAreNot() throws Exception {
        // A signature of somebody else than the author, a wrong one, and none.
        note("ben@partner.example", SmimeMail.clear(TEXT, By.ec(AUTHORITY.person(ANN))));
        note(ANN, SmimeMail.clear(TEXT, By.ec(AUTHORITY.person(ANN))).replace("Hello", "Hullo"));
        note(ANN, TEXT);
        note(ANN + ">, <ben@partner.example", SmimeMail.clear(TEXT, By.ec(AUTHORITY.person(ANN))));
        // Nothing could be encrypted to these.
        note(ANN, SmimeMail.clear(TEXT, By.ec(AUTHORITY.expiredPerson(ANN))));
        note(
                ANN,
                SmimeMail.clear(
                        TEXT,
                        By.ec(
                                AUTHORITY
                                        .authority()
                                        .issue(
                                                TestAuthority.request(ANN, KeyKind.P_256)
                                                        .withUsage(KeyUsage.digitalSignature)))));
        assertEquals(List.of(), folder.waiting());
        assertEquals(List.of(), journal);
    }

    @Test
    void whatIsInUseIsNotOffered() throws Exception {
        Identity ann = AUTHORITY.person(ANN);
        Pem.write(partners.resolve("pinned/ann.pem"), List.of(ann.certificate()));
        note(ANN, SmimeMail.clear(TEXT, By.ec(ann)));
        assertEquals(List.of(), folder.waiting());
    }

    @Test
    void whatWasRejectedIsNotOfferedAgain() throws Exception {
        Identity ann = AUTHORITY.person(ANN);
        note(ANN, SmimeMail.clear(TEXT, By.ec(ann)));
        folder.reject(only());
        note(ANN, SmimeMail.clear(TEXT, By.ec(ann)));
        assertEquals(List.of(), folder.waiting());
    }

    @Test
    void nobodyFillsTheDisk() throws Exception {
        for (int i = 0; i < ReviewFolder.FOR_ADDRESS_MAX + 2; i++) {
            note(ANN, SmimeMail.clear(TEXT, By.ec(AUTHORITY.person(ANN))));
        }
        assertEquals(ReviewFolder.FOR_ADDRESS_MAX, folder.waiting().size());
        note(
                "ben@partner.example",
                SmimeMail.clear(TEXT, By.ec(AUTHORITY.person("ben@partner.example"))));
        assertEquals(ReviewFolder.FOR_ADDRESS_MAX + 1, folder.waiting().size());
    }

    /// What waits is read once, and not for each message: a stranger could buy much work by it.
    @Test
    void eachFileIsReadOnce() throws Exception {
        for (int i = 0; i < ReviewFolder.FOR_ADDRESS_MAX; i++) {
            note(ANN, SmimeMail.clear(TEXT, By.ec(AUTHORITY.person(ANN))));
        }
        ReviewFolder.Waiting first = folder.waiting().getFirst();
        for (ReviewFolder.Waiting each : folder.waiting()) {
            Files.writeString(file(each.id()), "not read again");
        }
        note(ANN, SmimeMail.clear(TEXT, By.ec(AUTHORITY.person(ANN))));
        assertEquals(List.of(), folder.waiting());
        // What a command of another process takes out is seen.
        new ReviewFolder(home.resolve("harvest")).settle(first);
        note(ANN, SmimeMail.clear(TEXT, By.ec(AUTHORITY.person(ANN))));
        assertEquals(1, folder.waiting().size());
    }

    @Test
    void whatHasEndedMakesRoom() throws Exception {
        Files.createDirectories(home.resolve("harvest/review"));
        for (int i = 0; i < ReviewFolder.FOR_ADDRESS_MAX; i++) {
            Files.writeString(
                    file("000000000000000" + i),
                    "Address: %s\nReceived: %s\n".formatted(ANN, TestAuthority.NOW)
                            + Pem.of(AUTHORITY.expiredPerson(ANN).chain()));
        }
        Identity ann = AUTHORITY.person(ANN);
        note(ANN, SmimeMail.clear(TEXT, By.ec(ann)));
        assertEquals(ann.certificate(), only().chain().getFirst());
    }

    private Path file(String id) {
        return home.resolve("harvest/review").resolve(id + ".pem");
    }

    @Test
    void aSpoiltFileIsPassedOver() throws Exception {
        note(ANN, SmimeMail.clear(TEXT, By.ec(AUTHORITY.person(ANN))));
        Path file = home.resolve("harvest/review").resolve(only().id() + ".pem");
        Files.writeString(file, "Address: x\n");
        Files.writeString(file.resolveSibling("other"), "y");
        assertEquals(List.of(), folder.waiting());
        assertTrue(folder.find("../../partners/anchors/root").isEmpty());
    }

    /// C17: who is vouched for by her own domain's authority needs nobody's look; whoever is not
    /// waits, also below an authority that is there for everybody.
    @Test
    void herOwnDomainsAuthorityIsEnough() throws Exception {
        Identity ann = AUTHORITY.person(ANN);
        note(ANN, SmimeMail.clear(TEXT, By.ec(ann)));
        assertEquals(1, folder.waiting().size(), "an authority for everybody");
        assertInstanceOf(Lookup.NoCertificate.class, find(ANN));

        own("partner.example");
        note(ANN, SmimeMail.clear(TEXT, By.ec(ann)));
        assertEquals(List.of(), folder.waiting(), "it waits no more");
        Lookup.Found found = assertInstanceOf(Lookup.Found.class, find(ANN));
        assertEquals(ann.certificate(), found.certificate());
        assertEquals(Lookup.Trust.PATH, found.trust());
        note(ANN, SmimeMail.opaque(TEXT, By.ec(ann)));
        assertEquals(2, journal.size(), "once for review, once accepted");

        // A newer one of hers comes before it.
        Identity newer =
                AUTHORITY
                        .authority()
                        .issue(
                                CertificateRequest.person(
                                        KeyKind.P_256,
                                        new Validity(
                                                TestAuthority.NOW.minusSeconds(1),
                                                TestAuthority.NOW.plus(Duration.ofDays(30))),
                                        Address.of(ANN)));
        note(ANN, SmimeMail.clear(TEXT, By.ec(newer)));
        assertEquals(
                newer.certificate(), assertInstanceOf(Lookup.Found.class, find(ANN)).certificate());
    }

    /// C17: what nobody vouches for, replaces a pinned one, names another, or was rejected.
    @Test
    void allOthersStillWait() throws Exception {
        own("partner.example");
        Identity eve = TestAuthority.create().person(ANN);
        note(ANN, SmimeMail.clear(TEXT, By.ec(eve)));
        assertEquals(1, folder.waiting().size());
        // An authority of another domain.
        note(
                "ann@other.example",
                SmimeMail.clear(TEXT, By.ec(AUTHORITY.person("ann@other.example"))));
        assertEquals(2, folder.waiting().size());
        // One of her is pinned, and one of somebody else whom the certificate names.
        Identity pinned = TestAuthority.create().person("ben@partner.example");
        Pem.write(partners.resolve("pinned/ben.pem"), List.of(pinned.certificate()));
        note(
                "ben@partner.example",
                SmimeMail.clear(TEXT, By.ec(AUTHORITY.person("ben@partner.example"))));
        assertEquals(3, folder.waiting().size());
        Identity both =
                AUTHORITY
                        .authority()
                        .issue(
                                TestAuthority.request(ANN, KeyKind.P_256)
                                        .withNames(
                                                new GeneralName(GeneralName.rfc822Name, ANN),
                                                new GeneralName(
                                                        GeneralName.rfc822Name,
                                                        "ben@partner.example")));
        note(ANN, SmimeMail.clear(TEXT, By.ec(both)));
        assertEquals(4, folder.waiting().size());
        assertEquals(
                pinned.certificate(),
                assertInstanceOf(Lookup.Found.class, find("ben@partner.example")).certificate());
        for (ReviewFolder.Waiting each : folder.waiting()) {
            folder.reject(each);
        }
        note(ANN, SmimeMail.clear(TEXT, By.ec(eve)));
        note(ANN, SmimeMail.clear(TEXT, By.ec(both)));
        assertInstanceOf(Lookup.NoCertificate.class, find(ANN));
        assertEquals(List.of(), folder.waiting());
    }

    @Test
    void aFileOfOursComesFirstAndNobodyFillsTheDisk() throws Exception {
        own("partner.example");
        Identity ours = AUTHORITY.person(ANN);
        Pem.write(partners.resolve("ann.pem"), List.of(ours.certificate()));
        List<Identity> others = new ArrayList<>();
        for (int i = 0; i < AcceptedFolder.FOR_ADDRESS_MAX + 3; i++) {
            others.add(AUTHORITY.person(ANN));
            note(ANN, SmimeMail.clear(TEXT, By.ec(others.getLast())));
        }
        assertEquals(
                ours.certificate(), assertInstanceOf(Lookup.Found.class, find(ANN)).certificate());
        assertInstanceOf(Finder.Looked.Known.class, accepted.look(Address.of(ANN)));
        try (Stream<Path> files = Files.walk(home.resolve("harvest/accepted"))) {
            assertEquals(
                    AcceptedFolder.FOR_ADDRESS_MAX,
                    files.filter(it -> it.toString().endsWith(".pem")).count());
        }
        Files.delete(partners.resolve("ann.pem"));
        assertInstanceOf(Lookup.Found.class, find(ANN));
        // The authority goes, and with it all that rests on it.
        Files.delete(partners.resolve("anchors/partner.example/own.pem"));
        assertInstanceOf(Lookup.Unusable.class, find(ANN));
    }

    /// Whoever can write into the folder makes nobody's mail wait for much reading.
    @Test
    void whatIsTooLargeIsPassedOver() throws Exception {
        own("partner.example");
        note(ANN, SmimeMail.clear(TEXT, By.ec(AUTHORITY.person(ANN))));
        assertInstanceOf(Lookup.Found.class, find(ANN));
        Path file;
        try (Stream<Path> files = Files.walk(home.resolve("harvest/accepted"))) {
            file = files.filter(it -> it.toString().endsWith(".pem")).findFirst().orElseThrow();
        }
        Files.writeString(file, Files.readString(file) + "\n".repeat(200_000));
        assertInstanceOf(Lookup.NoCertificate.class, find(ANN));
    }

    private void own(String domain) throws IOException {
        Path place = Files.createDirectories(partners.resolve("anchors").resolve(domain));
        Pem.write(place.resolve("own.pem"), List.of(AUTHORITY.authority().certificate()));
    }

    private Lookup find(String address) {
        return PartnerDirectory.load(partners)
                .with(List.of(accepted))
                .find(Address.of(address), TestAuthority.NOW);
    }

    private ReviewFolder.Waiting only() throws IOException {
        assertEquals(1, folder.waiting().size());
        return folder.waiting().getFirst();
    }

    private void note(String from, String entity) throws Exception {
        PartnerDirectory directory = PartnerDirectory.load(partners);
        Content content =
                Content.of(
                        (SmimeMail.from("<" + from + ">") + entity)
                                .getBytes(StandardCharsets.ISO_8859_1));
        new Harvest(
                        new Harvest.Folders(folder, Optional.of(accepted)),
                        directory,
                        (_, id, address) -> journal.add(id + " " + address))
                .note(
                        HeaderSection.read(content),
                        new SmimeReader(directory, new SmimeDecryptor(List.of()))
                                .read(content, TestAuthority.NOW),
                        TestAuthority.NOW);
    }
}
