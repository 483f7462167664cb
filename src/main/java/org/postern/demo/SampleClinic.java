package org.postern.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.postern.check.PatientCheck;
import org.postern.check.PatientFile;
import org.postern.pki.Authority;
import org.postern.pki.CertificateRequest;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.Pem;
import org.postern.pki.Validity;
import org.postern.vault.PasswordHash;
import org.postern.vault.Secrets;
import org.postern.vault.Vault;

/// A clinic in a folder: the shipped policy and notices, a `gateway.yaml` for loopback, keys and
/// certificates of its own making, and the people of the demo. A gateway started on it is
/// configured as a real one is, by files.
public final class SampleClinic {
    private static final Duration CERTIFICATE_LIFE = Duration.ofDays(30);
    private static final int KEY_PASSWORD_OCTETS = 24;

    private final Path home;
    private final Ports ports;
    private final Authority authority;
    private final Identity outsideTls;
    private final Identity partner;

    /// The gateway's own ports on the loopback interface.
    public record Ports(int submission, int submissions, int relay, int inbound, int pickup) {
        /// Five ports that are free now.
        public static Ports free() throws IOException {
            return new Ports(one(), one(), one(), one(), one());
        }

        /// One port of loopback on which nobody listens now, and which no other process is given.
        ///
        /// @throws IOException if every port is taken
        public static int one() throws IOException {
            return FreePorts.one();
        }
    }

    /// The next hops outside the gateway, all on loopback.
    ///
    /// @param tls as in gateway.yaml: `none`, `verified` or `verified-implicit`
    public record Outside(int internalPort, int smartHostPort, String tls) {}

    private SampleClinic(Path home, Ports ports, Clock clock) {
        this.home = home;
        this.ports = ports;
        Validity validity = Validity.from(clock.instant(), CERTIFICATE_LIFE);
        this.authority = Authority.create("Postern demo authority", KeyKind.P_256, validity);
        this.outsideTls =
                authority.issue(
                        CertificateRequest.server(
                                KeyKind.P_256, validity, "localhost", "127.0.0.1"));
        this.partner =
                authority.issue(
                        CertificateRequest.person(
                                KeyKind.RSA_2048, validity, Person.PARTNER.address()));
    }

    /// Makes the keys of a clinic; `write` makes its folder.
    public static SampleClinic in(Path home, Ports ports, Clock clock) {
        return new SampleClinic(home, ports, clock);
    }

    public Path config() {
        return home.resolve("policy-config");
    }

    public Path data() {
        return home.resolve("data");
    }

    /// The authority's certificate, for clients.
    public Path ca() {
        return config().resolve("ca.pem");
    }

    /// Makes the keystore of a vault, as [Vault#create] does.
    @FunctionalInterface
    public interface NewKeystore {
        void create(Path keystore, char[] password) throws IOException;
    }

    public Ports ports() {
        return ports;
    }

    /// The certificate of the authority behind all keys of the clinic.
    public X509Certificate authority() {
        return authority.certificate();
    }

    /// A TLS key for the servers outside, from the same authority.
    public Identity outsideTls() {
        return outsideTls;
    }

    /// The partner's S/MIME key; its certificate lies in `partners/`.
    public Identity partner() {
        return partner;
    }

    /// The clinic's keys, for whoever checks what it wrote.
    public Vault vault() throws IOException {
        Path keys = data().resolve("keys");
        return Vault.open(
                keys.resolve("postern.p12"),
                Secrets.firstLine(keys.resolve("password")).toCharArray());
    }

    public String pickupUrl() {
        return "http://localhost:" + ports.pickup();
    }

    /// Writes the whole folder.
    ///
    /// @param shipped the `policy-config/` of the project
    public void write(Path shipped, Outside outside) throws IOException {
        write(shipped, outside, Vault::create);
    }

    /// The same with a keystore that is made in another way.
    public void write(Path shipped, Outside outside, NewKeystore keystores) throws IOException {
        Files.createDirectories(home);
        // Whatever the umask is, and may be while somebody plays with its files.
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        copy(shipped, config());
        Files.writeString(config().resolve("gateway.yaml"), gatewayYaml(outside));
        Files.createDirectories(config().resolve("partners/anchors"));
        Pem.write(
                config().resolve("partners/anchors/authority.pem"),
                List.of(authority.certificate()));
        Pem.write(config().resolve("partners/partner.pem"), List.of(partner.certificate()));
        Pem.write(ca(), List.of(authority.certificate()));
        Path keys = data().resolve("keys");
        Files.createDirectories(keys);
        Files.setPosixFilePermissions(data(), PosixFilePermissions.fromString("rwx------"));
        Pem.write(keys.resolve("tls.crt"), outsideTls.chain());
        Pem.write(keys.resolve("tls.key"), outsideTls.key());
        SecureRandom random = new SecureRandom();
        String password =
                random.ints(KEY_PASSWORD_OCTETS, 'a', 'z')
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
        Files.writeString(keys.resolve("password"), password + "\n");
        Path keystore = keys.resolve("postern.p12");
        keystores.create(keystore, password.toCharArray());
        writePeople(vault(), random);
    }

    private void writePeople(Vault vault, SecureRandom random) throws IOException {
        StringBuilder users = new StringBuilder();
        for (Person person : List.of(Person.CLINICIAN, Person.COLLEAGUE)) {
            users.append(person.address())
                    .append(':')
                    .append(PasswordHash.of(person.password().toCharArray(), random))
                    .append('\n');
        }
        Files.writeString(data().resolve("users"), users);
        PatientFile.add(
                data().resolve("patients"),
                vault,
                new PatientFile.Fact(
                        Person.PATIENT.address(),
                        PatientCheck.BIRTH_DATE,
                        Person.PATIENT_BIRTH_DATE));
    }

    private String gatewayYaml(Outside outside) {
        return YAML.formatted(
                ports.submission(),
                ports.submissions(),
                ports.relay(),
                ports.inbound(),
                ports.pickup(),
                pickupUrl(),
                outside.internalPort(),
                outside.tls(),
                trust(outside),
                outside.smartHostPort(),
                outside.tls(),
                trust(outside));
    }

    private static String trust(Outside outside) {
        return outside.tls().startsWith("verified") ? ", trust: ca.pem" : "";
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(
                            file,
                            to.resolve(from.relativize(file).toString()),
                            StandardCopyOption.REPLACE_EXISTING);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// Removes a folder and all that is in it.
    public static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                            throws IOException {
                        Files.delete(visited);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static final String YAML =
            """
            # The demo's clinic: everything on this machine, on ports that were free.
            hostname: mail.mapleclinic.example
            domains: [mapleclinic.example]
            data: ../data
            listeners:
              submission: { address: 127.0.0.1, port: %d }
              submissions: { address: 127.0.0.1, port: %d }
              relay: { address: 127.0.0.1, port: %d, networks: [127.0.0.0/8] }
              inbound: { address: 127.0.0.1, port: %d }
              pickup: { address: 127.0.0.1, port: %d, url: "%s", tls: proxy }
            tls: { certificate: keys/tls.crt, key: keys/tls.key }
            users: users
            patients: patients
            keys: { keystore: keys/postern.p12, password-file: keys/password }
            clinic: { name: Maple Street Clinic, phone: "+1 555 0100" }
            internal: { host: 127.0.0.1, port: %d, tls: %s%s }
            smart-host: { host: 127.0.0.1, port: %d, tls: %s%s }
            """;
}
