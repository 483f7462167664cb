package org.postern.cert;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.postern.World;
import org.postern.cert.EndingCertificates.Ending;
import org.postern.config.GatewayConfig;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.notice.CertificateMail;
import org.postern.operate.Rounds;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;
import org.postern.transit.OwnMail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells IT by mail of certificates that end: of each 30 days and 7 days ahead, once; and of files
/// of partners that are not used, once until they are used again. What was told is kept in a file,
/// a line for each, so that a restart repeats nothing.
public final class ExpiryWatch {
    private static final Duration EVERY = Duration.ofHours(6);

    private static final Logger LOG = LoggerFactory.getLogger(ExpiryWatch.class);

    private final EndingCertificates certificates;
    private final Path told;
    private final Post post;
    private final InstantSource clock;

    /// Sends the mail.
    @FunctionalInterface
    public interface Post {
        /// Durable on return.
        void tell(List<Ending> endings) throws IOException;
    }

    /// @param told the file of what was told; it need not exist yet
    public ExpiryWatch(EndingCertificates certificates, Path told, Post post, InstantSource clock) {
        this.certificates = certificates;
        this.told = told;
        this.post = post;
        this.clock = clock;
    }

    /// Looks from time to time, if IT has a mailbox; empty where nobody is told.
    public static Optional<Rounds> rounds(
            GatewayConfig config, World world, OwnMail ownMail, EndingCertificates ending) {
        CertificateMail mail = mail(config, world);
        return Optional.ofNullable(config.site().postmaster())
                .map(it ->
                        new ExpiryWatch(
                                ending,
                                config.storage().data().resolve("expiry-told"),
                                endings ->
                                        ownMail.tell(
                                                OwnMail.EXPIRY,
                                                QueueId.next(
                                                        world.clock().instant(), world.random()),
                                                it,
                                                mail.ending(it, lines(endings))),
                                world.clock()))
                .map(it -> new Rounds("ending certificates", EVERY, it::look));
    }

    /// What writes to IT.
    public static CertificateMail mail(GatewayConfig config, World world) {
        Domain hostname = config.site().hostname();
        return new CertificateMail(
                hostname, new Address("postmaster", hostname), world.clock(), world.random());
    }

    private static List<CertificateMail.Line> lines(List<Ending> endings) {
        return endings.stream()
                .map(it ->
                        it.isUsed()
                                ? new CertificateMail.Line(it.what(), it.end(), it.advice())
                                : new CertificateMail.Line(
                                        it.what(), Optional.empty(), it.advice()))
                .toList();
    }

    /// One look; what fails is logged, and the next look tries again.
    public void look() {
        Instant now = clock.instant();
        try {
            Set<String> before = read();
            Set<String> after = new TreeSet<>();
            List<Ending> news = new ArrayList<>();
            List<Ending> all = new ArrayList<>(certificates.find(now));
            all.addAll(certificates.unused(now));
            for (Ending ending : all) {
                String when = ending.isUrgent(now) ? " 7" : " 30";
                String line = ending.key() + (ending.isUsed() ? when : " unused");
                after.add(line);
                if (!before.contains(line)) {
                    news.add(ending);
                }
            }
            if (!news.isEmpty()) {
                post.tell(news);
            }
            // What does not end any more is forgotten: it was replaced.
            if (!after.equals(before)) {
                String text = String.join("\n", after);
                WholeFile.replace(new FileDisk(), told, text.getBytes(US_ASCII));
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("IT was not told of certificates that end: {}", e.getMessage());
        }
    }

    private Set<String> read() throws IOException {
        try {
            return new TreeSet<>(Files.readAllLines(told, US_ASCII));
        } catch (NoSuchFileException _) {
            return new TreeSet<>();
        }
    }
}
