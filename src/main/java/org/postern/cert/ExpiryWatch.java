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
import java.util.Set;
import java.util.TreeSet;
import org.postern.cert.EndingCertificates.Ending;
import org.postern.store.FileDisk;
import org.postern.store.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells IT by mail of certificates that end: of each 30 days and 7 days ahead, once. What was told
/// is kept in a file, a line for each, so that a restart repeats nothing.
public final class ExpiryWatch {
    /// How often [#look] is to be called.
    public static final Duration EVERY = Duration.ofHours(6);

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

    /// One look; what fails is logged, and the next look tries again.
    public void look() {
        Instant now = clock.instant();
        try {
            Set<String> before = read();
            Set<String> after = new TreeSet<>();
            List<Ending> news = new ArrayList<>();
            for (Ending ending : certificates.find(now)) {
                String line = ending.key() + (ending.isUrgent(now) ? " 7" : " 30");
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
