package org.postern.ldap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postern.ldap.LdapServer.Security;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.net.HostLookup;
import org.postern.net.TlsTrust;
import org.postern.pki.Finder;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.pki.Verdict;
import org.postern.testkit.ManualClock;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// What a directory holds of a person is found over a proved connection, and judged as a file is.
/// The directory is that of the SDK, in this process, on a loopback port.
class LdapFinderTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final Address ANN = Address.of("ann@partner.example");
    private static final String BASE = "dc=partner,dc=example";
    private static final String NAME = "ldap.partner.example";
    private static final Duration PATIENCE = Duration.ofHours(4);

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);
    private InMemoryDirectoryServer server;

    /// Whether the server knows no limit.
    private boolean limitless;

    private static final class Limitless extends InMemoryOperationInterceptor {
        @Override
        public void processSearchRequest(InMemoryInterceptedSearchRequest asked) {
            SearchRequest request = asked.getRequest().duplicate();
            request.setSizeLimit(0);
            asked.setRequest(request);
        }
    }

    @TempDir Path folder;

    @BeforeEach
    void write() throws Exception {
        Files.createDirectories(folder.resolve("anchors"));
        Files.createDirectories(folder.resolve("pinned"));
        Pem.write(folder.resolve("anchors/root.pem"), List.of(AUTHORITY.authority().certificate()));
        start(NAME);
    }

    private void start(String name) throws LDAPException {
        SSLContext tls = TestTls.server(AUTHORITY.server(name)).context();
        InetAddress here = InetAddress.getLoopbackAddress();
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setSchema(null);
        config.addAdditionalBindCredentials("cn=postern", "open sesame");
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPSConfig(
                        "ldaps", here, 0, tls.getServerSocketFactory(), tls.getSocketFactory()),
                InMemoryListenerConfig.createLDAPConfig("ldap", here, 0, tls.getSocketFactory()));
        if (limitless) {
            config.addInMemoryOperationInterceptor(new Limitless());
        }
        server = new InMemoryDirectoryServer(config);
        server.startListening();
        server.add(new Entry(BASE, new Attribute("objectClass", "domain")));
    }

    @AfterEach
    void stop() {
        server.shutDown(true);
    }

    private void person(Address address, Attribute... more) throws LDAPException {
        List<Attribute> all = new ArrayList<>(List.of(more));
        all.add(new Attribute("objectClass", "inetOrgPerson"));
        all.add(new Attribute("mail", address.toString()));
        String name = "cn=" + address.localPart().replaceAll("[^a-z]", "_") + "," + BASE;
        server.add(new Entry(name, all));
    }

    private static X509Certificate certificate(Address address) {
        return AUTHORITY.person(address.toString()).certificate();
    }

    private LdapServer settings(Security security, String filter) {
        int port = server.getListenPort(security == Security.LDAPS ? "ldaps" : "ldap");
        return new LdapServer(
                List.of(NAME),
                port,
                security,
                BASE,
                MailFilter.parse(filter).orElseThrow(),
                null,
                null,
                Set.of(ANN.domain()),
                Duration.ofSeconds(5));
    }

    private LdapDirectory directory(LdapServer settings) {
        HostLookup lookup = _ -> List.of(InetAddress.getLoopbackAddress());
        TlsTrust trust = TlsTrust.of(List.of(AUTHORITY.authority().certificate()), clock);
        return new ServerDirectory(
                settings, new ServerDirectory.Means(lookup, trust, () -> "open sesame"));
    }

    private Lookup find(LdapServer settings, Address address) {
        return PartnerDirectory.load(folder)
                .with(List.of(new LdapFinder(directory(settings), settings, PATIENCE)))
                .find(address, TestAuthority.NOW);
    }

    private Lookup find(Security security) {
        return find(settings(security, "(mail={mail})"), ANN);
    }

    @Test
    void aCertificateIsFoundInEachOfItsAttributes() throws Exception {
        X509Certificate ann = certificate(ANN);
        Address bob = Address.of("bob@partner.example");
        X509Certificate bobs = certificate(bob);
        person(ANN, new Attribute("userCertificate;binary", ann.getEncoded()));
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addCertificates(
                new JcaCertStore(List.of(AUTHORITY.authority().certificate(), bobs)));
        byte[] signed =
                generator.generate(new CMSProcessableByteArray(new byte[0]), false).getEncoded();
        person(bob, new Attribute("userSMIMECertificate;binary", signed));
        for (Security security : List.of(Security.LDAPS, Security.STARTTLS, Security.PLAIN)) {
            Lookup.Found found = assertInstanceOf(Lookup.Found.class, find(security));
            assertEquals(ann, found.certificate());
            assertEquals("the directory " + NAME, found.file());
        }
        Lookup.Found found =
                assertInstanceOf(
                        Lookup.Found.class, find(settings(Security.LDAPS, "(mail={mail})"), bob));
        assertEquals(bobs, found.certificate());
    }

    /// What nobody can read is told, and hides nothing that can be read.
    @Test
    void whatCannotBeReadIsTold() throws Exception {
        Attribute broken = new Attribute("userCertificate", new byte[] {1, 2, 3});
        person(ANN, broken, new Attribute("userSMIMECertificate", new byte[65 << 10]));
        Lookup.Unusable unusable = assertInstanceOf(Lookup.Unusable.class, find(Security.LDAPS));
        assertEquals(Verdict.UNREADABLE, unusable.verdict());
        assertEquals(
                "The certificate in the directory ldap.partner.example cannot be read; ask the"
                        + " partner for another one.",
                unusable.sentence());
        Address bob = Address.of("bob@partner.example");
        X509Certificate bobs = certificate(bob);
        person(bob, broken, new Attribute("userCertificate;binary", bobs.getEncoded()));
        LdapServer settings = settings(Security.LDAPS, "(mail={mail})");
        Finder finder = new LdapFinder(directory(settings), settings, PATIENCE);
        assertEquals(
                new Finder.Looked.Known(
                        List.of(bobs), 1, "the directory " + NAME, Lookup.Trust.PATH),
                finder.look(bob));
        assertInstanceOf(Lookup.Found.class, find(settings, bob));
    }

    @Test
    void whatIsFoundIsJudgedAsAFileIs() throws Exception {
        person(
                ANN,
                new Attribute("userCertificate", new byte[] {1, 2, 3}),
                new Attribute(
                        "userCertificate;binary",
                        TestAuthority.create().person(ANN.toString()).certificate().getEncoded()));
        Lookup.Unusable unusable = assertInstanceOf(Lookup.Unusable.class, find(Security.LDAPS));
        assertEquals(Verdict.NO_PATH, unusable.verdict());
        Address eve = Address.of("eve@partner.example");
        person(eve, new Attribute("userCertificate;binary", certificate(ANN).getEncoded()));
        Lookup hers = find(settings(Security.LDAPS, "(mail={mail})"), eve);
        assertEquals(Verdict.WRONG_PERSON, assertInstanceOf(Lookup.Unusable.class, hers).verdict());
        assertInstanceOf(
                Lookup.NoCertificate.class,
                find(
                        settings(Security.LDAPS, "(mail={mail})"),
                        Address.of("nobody@partner.example")));
        assertInstanceOf(
                Lookup.NoCertificate.class,
                find(settings(Security.LDAPS, "(mail={mail})"), Address.of("ann@else.example")));
    }

    /// An address asks for itself alone, whatever characters it has.
    @Test
    void noAddressAsksForAnother() throws Exception {
        person(ANN, new Attribute("userCertificate;binary", certificate(ANN).getEncoded()));
        for (String local : List.of("*", "a*", "\"ann)(mail=*\"", "\"*)(|(mail=*\"")) {
            Address odd = Address.of(local + "@partner.example");
            LdapServer settings = settings(Security.LDAPS, "(|(mail={mail})(uid={mail}))");
            assertEquals(
                    new LdapDirectory.Answer.Known(List.of()),
                    directory(settings).ask(odd, Set.of("mail")),
                    local);
        }
        assertEquals("a\\2a\\28\\29\\5c\\00\\20\\c3\\a9", MailFilter.escaped("a*()\\\0 \u00e9"));
    }

    @Test
    void aFilterComparesWholeValuesWithAnAddress() {
        for (String good :
                List.of(
                        "(mail={mail})",
                        "(&(mail={mail})(!(title=guest)))",
                        "(&(objectClass=person)(|(mail={mail})(proxyAddresses=smtp:{mail})))")) {
            assertTrue(MailFilter.parse(good).isPresent(), good);
        }
        for (String bad :
                List.of(
                        "",
                        "(mail=ann)",
                        "mail={mail}) (",
                        "({mail}=x)",
                        "(&(a=b)({mail}=x))",
                        "{mail}",
                        "(mail={mail}*)",
                        "(mail=*{mail})",
                        "(mail=*{mail}*)",
                        "(mail=x{mail})",
                        "(mail={mail}x)",
                        "(mail>={mail})",
                        "(mail~={mail})",
                        "(mail:caseExactMatch:={mail})",
                        "(!(mail={mail}))",
                        "(&(mail={mail})(!(|(uid=x)(mail={mail}))))",
                        "(|(mail={mail})(cn={mail}*))",
                        "(mail={mail}" + "x".repeat(1_000) + ")")) {
            assertEquals(Optional.empty(), MailFilter.parse(bad), bad);
        }
    }

    /// Silence, strangers and nonsense mean that mail waits, never that there is nobody.
    @Test
    void whereNobodyProvesToBeTheDirectoryMailWaits() throws Exception {
        person(ANN, new Attribute("userCertificate;binary", certificate(ANN).getEncoded()));
        stop();
        start("other.example");
        for (Security security : List.of(Security.LDAPS, Security.STARTTLS)) {
            waits(find(security), NAME);
        }
        LdapServer settings = settings(Security.LDAPS, "(mail={mail})");
        LdapDirectory strangers =
                new ServerDirectory(
                        settings,
                        new ServerDirectory.Means(
                                _ -> List.of(InetAddress.getLoopbackAddress()),
                                TlsTrust.of(
                                        List.of(TestAuthority.create().authority().certificate()),
                                        clock),
                                null));
        assertInstanceOf(LdapDirectory.Answer.Unknown.class, strangers.ask(ANN, Set.of("mail")));
        stop();
        waits(find(settings, ANN), "does not answer");
    }

    private static void waits(Lookup lookup, String words) {
        Lookup.Waiting waiting = assertInstanceOf(Lookup.Waiting.class, lookup);
        assertEquals(Verdict.DIRECTORY_UNKNOWN, waiting.verdict());
        assertEquals(PATIENCE, waiting.patience());
        assertTrue(waiting.sentence().contains(words), waiting.sentence());
    }

    /// One that takes the connection and says nothing.
    @Test
    void aSilentServerIsLeftAfterItsDeadline() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            for (Security security : Security.values()) {
                LdapServer settings =
                        new LdapServer(
                                List.of(NAME),
                                silent.getLocalPort(),
                                security,
                                BASE,
                                MailFilter.USUAL,
                                null,
                                null,
                                Set.of(ANN.domain()),
                                Duration.ofSeconds(1));
                long begin = System.nanoTime();
                waits(find(settings, ANN), "does not answer");
                long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
                assertTrue(seconds < 20, security + " took " + seconds + " s");
            }
        }
    }

    /// A server keeps to no limit that it was asked to keep to.
    @Test
    void moreThanIsTakenIsNoAnswer() throws Exception {
        limitless = true;
        stop();
        start(NAME);
        for (int number = 0; number < ServerDirectory.ENTRIES_MAX; number++) {
            Attribute large = new Attribute("description", "x".repeat(300_000));
            person(Address.of("p" + "x".repeat(number) + "@partner.example"), large);
        }
        for (Security security : Security.values()) {
            LdapServer anybody = settings(security, "(|(mail={mail})(objectClass=inetOrgPerson))");
            LdapDirectory.Answer.Known few =
                    assertInstanceOf(
                            LdapDirectory.Answer.Known.class,
                            directory(anybody).ask(ANN, Set.of("mail")));
            assertEquals(ServerDirectory.ENTRIES_MAX, few.entries().size());
            unknown(directory(anybody).ask(ANN, Set.of("description")), "more than 1048576 octets");
        }
        person(ANN);
        for (Security security : Security.values()) {
            LdapServer anybody = settings(security, "(|(mail={mail})(objectClass=inetOrgPerson))");
            unknown(directory(anybody).ask(ANN, Set.of("mail")), "more than 4 entries");
        }
    }

    private static void unknown(LdapDirectory.Answer answer, String words) {
        LdapDirectory.Answer.Unknown unknown =
                assertInstanceOf(LdapDirectory.Answer.Unknown.class, answer);
        assertTrue(unknown.reason().contains(words), unknown.reason());
    }

    /// One octet after the other, each long before a read would time out.
    @Test
    @Timeout(60)
    void aServerThatSpeaksSlowlyIsLeftAfterItsDeadline() throws Exception {
        // RFC 4511 §4.12: success, without a name; then a TLS record (RFC 8446 §5.1) of 16 KiB.
        byte[] agreed = HexFormat.of().parseHex("300c02010178070a010004000400");
        byte[] record = HexFormat.of().parseHex("1603034000");
        slowly(Security.STARTTLS, List.of(agreed, record), new byte[] {2});
        slowly(Security.LDAPS, List.of(record), new byte[] {2});
        // RFC 4511 §4.5.3: each refers to another server.
        byte[] reference = HexFormat.of().parseHex("300a0201017305040378" + "3a78");
        slowly(Security.PLAIN, List.of(), reference);
    }

    private void slowly(Security security, List<byte[]> first, byte[] then) throws Exception {
        try (ServerSocket slow = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread speaker = Thread.ofVirtual().start(() -> speak(slow, first, then));
            LdapServer settings =
                    new LdapServer(
                            List.of(NAME),
                            slow.getLocalPort(),
                            security,
                            BASE,
                            MailFilter.USUAL,
                            null,
                            null,
                            Set.of(ANN.domain()),
                            Duration.ofSeconds(1));
            LdapDirectory.Answer answer = directory(settings).ask(ANN, Set.of("mail"));
            assertTrue(
                    assertInstanceOf(LdapDirectory.Answer.Unknown.class, answer).isSilent(),
                    "whoever asks would wait as long");
            speaker.join();
        }
    }

    /// Until the connection is closed.
    private static void speak(ServerSocket slow, List<byte[]> first, byte[] then) {
        try (Socket socket = slow.accept()) {
            socket.setSoTimeout(250);
            int heard = socket.getInputStream().read(new byte[1_000]);
            for (byte[] each : first) {
                socket.getOutputStream().write(each);
            }
            while (heard >= 0) {
                try {
                    heard = socket.getInputStream().read(new byte[1_000]);
                } catch (SocketTimeoutException _) {
                    socket.getOutputStream().write(then);
                }
            }
        } catch (IOException _) {
            // So a connection ends that was closed at the other side.
        }
    }

    @Test
    void aWrongPasswordOrBaseOrTooManyPeopleAreNoAnswer() throws Exception {
        LdapServer anybody =
                settings(Security.LDAPS, "(|(mail={mail})(objectClass=inetOrgPerson))");
        for (int number = 0; number <= ServerDirectory.ENTRIES_MAX; number++) {
            person(Address.of("p" + "x".repeat(number) + "@partner.example"));
        }
        waits(find(anybody, ANN), "does not answer");
        assertFalse(isSilent(anybody), "it answers for others");
        LdapServer usual = settings(Security.LDAPS, "(mail={mail})");
        waits(find(with(usual, "cn=nobody", BASE), ANN), "invalid credentials");
        assertTrue(isSilent(with(usual, "cn=nobody", BASE)), "it refuses whoever is looked up");
        waits(find(with(usual, "cn=postern", "dc=elsewhere"), ANN), "no such object");
        assertInstanceOf(Lookup.NoCertificate.class, find(with(usual, "cn=postern", BASE), ANN));
    }

    private boolean isSilent(LdapServer settings) {
        return assertInstanceOf(
                        LdapDirectory.Answer.Unknown.class,
                        directory(settings).ask(ANN, Set.of("mail")))
                .isSilent();
    }

    private static LdapServer with(LdapServer usual, String login, String base) {
        return new LdapServer(
                usual.hosts(),
                usual.port(),
                usual.security(),
                base,
                usual.filter(),
                new LdapServer.Login(login, Path.of("password")),
                null,
                usual.domains(),
                usual.deadline());
    }

    /// The second host holds the same.
    @Test
    void anotherHostIsAsked() throws Exception {
        person(ANN, new Attribute("memberOf", "cn=surgery," + BASE, "cn=all," + BASE));
        LdapServer usual = settings(Security.LDAPS, "(mail={mail})");
        LdapServer two =
                new LdapServer(
                        List.of("gone.partner.example", NAME),
                        usual.port(),
                        usual.security(),
                        BASE,
                        usual.filter(),
                        null,
                        null,
                        usual.domains(),
                        usual.deadline());
        LdapDirectory.Answer.Known known =
                assertInstanceOf(
                        LdapDirectory.Answer.Known.class,
                        directory(two).ask(ANN, Set.of("memberOf")));
        assertEquals(
                Set.of("cn=surgery," + BASE, "cn=all," + BASE),
                Set.copyOf(known.entries().getFirst().texts("memberof")));
    }

    @Test
    void answersAreRememberedForAWhile() {
        List<Address> asked = new ArrayList<>();
        boolean[] silent = {true};
        LdapDirectory behind =
                (address, _) -> {
                    asked.add(address);
                    return silent[0]
                            ? new LdapDirectory.Answer.Unknown("It is silent.", true)
                            : new LdapDirectory.Answer.Known(List.of());
                };
        LdapDirectory kept = new KeptAnswers(behind, clock);
        kept.ask(ANN, Set.of("mail"));
        kept.ask(ANN, Set.of("mail"));
        kept.ask(Address.of("bob@partner.example"), Set.of("memberOf"));
        assertEquals(1, asked.size(), "nobody waits for it again");
        silent[0] = false;
        clock.advance(KeptAnswers.SILENCE_KEPT);
        for (int times = 0; times < 3; times++) {
            assertInstanceOf(LdapDirectory.Answer.Known.class, kept.ask(ANN, Set.of("mail")));
        }
        assertEquals(2, asked.size(), "that there is nobody is remembered as well");
        kept.ask(ANN, Set.of("memberOf"));
        assertEquals(3, asked.size(), "another question");
        clock.advance(KeptAnswers.KEPT);
        kept.ask(ANN, Set.of("mail"));
        assertEquals(4, asked.size());
        for (int number = 0; number < KeptAnswers.ANSWERS_MAX; number++) {
            kept.ask(new Address("n" + number, new Domain("partner.example")), Set.of("mail"));
        }
        int before = asked.size();
        kept.ask(ANN, Set.of("mail"));
        assertEquals(before + 1, asked.size(), "the oldest one has made room");
    }
}
