package org.postern.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.postern.testkit.TestAuthority.NOW;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.mail.Address;
import org.postern.pki.PartnerDirectory.Problem;
import org.postern.testkit.TestAuthority;

/// Whoever can put a certificate into the folder can read all mail to that person, so what others
/// may change is not used.
class OpenPartnersTest {
    private static final Address ANN = Address.of("ann@partner.example");

    @TempDir Path temporary;

    private Path folder;

    @BeforeEach
    void write() throws IOException {
        TestAuthority authority = TestAuthority.create();
        folder = temporary.resolve("partners");
        Files.createDirectories(folder.resolve("anchors/partner.example"));
        Files.createDirectories(folder.resolve("pinned"));
        put("anchors/partner.example/root.pem", authority.authority().certificate());
        put("x.pem", authority.person(ANN.toString()).certificate());
        // A folder for tests lets nobody else in, and then nothing else counts.
        mode("", "rwxr-xr-x");
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String each : List.of("anchors", "anchors/partner.example", "pinned")) {
            mode(each, "rwxr-xr-x");
        }
        for (String each : List.of("anchors/partner.example/root.pem", "x.pem")) {
            mode(each, "rw-r--r--");
        }
    }

    @Test
    void whatRootAndTheGatewayAloneMayChangeIsUsed() {
        assertInstanceOf(Lookup.Found.class, find());
        assertEquals(List.of(), problems());
    }

    @ParameterizedTest
    @CsvSource({
        "'', rwxrwxr-x, its group",
        "'', rwxr-xrwx, everyone",
        "anchors, rwxrwxr-x, its group",
        "anchors/partner.example, rwxrwxr-x, its group",
        "anchors/partner.example/root.pem, rw-rw-r--, its group",
        "x.pem, rw-rw-r--, its group",
        "x.pem, rw-r--rw-, everyone",
    })
    void whatOthersMayChangeIsNotUsed(String path, String mode, String who) throws IOException {
        mode(path, mode);
        assertNotFound();
        Problem problem = problems().getFirst();
        assertTrue(problem.isOpen(), problem::toString);
        assertTrue(problem.sentence().contains(who), problem::toString);
        assertTrue(problem.sentence().contains("chmod go-w " + folder), problem::toString);
        mode(path, Files.isDirectory(folder.resolve(path)) ? "rwxr-xr-x" : "rw-r--r--");
        assertInstanceOf(Lookup.Found.class, find());
    }

    @Test
    void aChangeOfPermissionsIsSeen() throws IOException {
        PartnerDirectory directory = PartnerDirectory.load(folder);
        assertInstanceOf(Lookup.Found.class, directory.find(ANN, NOW));
        mode("", "rwxrwxrwx");
        directory.reload();
        assertEquals(new Lookup.NoCertificate(), directory.find(ANN, NOW));
    }

    @Test
    void whoMayWriteAboveMayPutAnotherFolderThere() throws IOException {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertNotFound();
        assertTrue(problems().getFirst().sentence().contains("above it"), problems()::toString);
        // Nobody else can enter.
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrw-rw-"));
        mode("", "rwxrwxrwx");
        assertInstanceOf(Lookup.Found.class, find());
    }

    /// Where a file lies counts, and not where a link to it does.
    @Test
    void aLinkIsFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.move(folder.resolve("x.pem"), elsewhere.resolve("x.pem"));
        Files.createSymbolicLink(folder.resolve("x.pem"), elsewhere.resolve("x.pem"));
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertInstanceOf(Lookup.Found.class, find());
        Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertNotFound();
    }

    @Test
    void whatBelongsToAStrangerIsNotUsed() throws IOException {
        assumeTrue(new UnixSystem().getUid() == 0, "only root can give a file away");
        Files.setAttribute(folder.resolve("x.pem"), "unix:uid", 12_345);
        assertNotFound();
        assertTrue(problems().getFirst().sentence().contains("chown root"), problems()::toString);
    }

    private void assertNotFound() {
        Lookup found = find();
        assertTrue(
                found instanceof Lookup.NoCertificate || found instanceof Lookup.Unusable,
                found::toString);
    }

    private Lookup find() {
        return PartnerDirectory.load(folder).find(ANN, NOW);
    }

    private List<Problem> problems() {
        return PartnerDirectory.load(folder).problems();
    }

    private void mode(String path, String mode) throws IOException {
        Files.setPosixFilePermissions(folder.resolve(path), PosixFilePermissions.fromString(mode));
    }

    private void put(String file, X509Certificate certificate) throws IOException {
        Pem.write(folder.resolve(file), List.of(certificate));
    }
}
