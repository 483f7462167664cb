package org.postern;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.postern.audit.AuditEvent.Housekeeping;
import org.postern.audit.AuditLog;
import org.postern.config.PeopleSource;
import org.postern.config.PolicySource;
import org.postern.config.PolicySource.Reload;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.PartnerDirectory.Problem;
import org.postern.yaml.ConfigError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the policy, the people and the partners' certificates from time to time, so that an
/// edit is in force without a restart. What does not check is reported, and the old one stays.
final class ConfigWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final List<Watched> files;
    private final PartnerDirectory partners;
    private final AuditLog audit;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private List<Problem> reportedPartners = List.of();

    ConfigWatch(
            PolicySource policy, PeopleSource people, PartnerDirectory partners, AuditLog audit) {
        this.files =
                List.of(
                        new Watched("policy", policy::reload),
                        new Watched("people", people::reload));
        this.partners = partners;
        this.audit = audit;
    }

    void start() {
        Thread.ofVirtual().name("config-watch").start(this::run);
    }

    private void run() {
        try {
            while (!stopped.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            reportPartners();
            for (Watched file : files) {
                file.look(audit);
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("the configuration was not looked at: {}", e.getMessage());
        }
    }

    private void reportPartners() {
        List<Problem> problems = partners.problems();
        if (!problems.equals(reportedPartners)) {
            reportedPartners = problems;
            problems.forEach(problem -> LOG.warn("{}: {}", problem.file(), problem.sentence()));
        }
    }

    /// One file, and what was last said of it.
    private static final class Watched {
        private final String what;
        private final Supplier<Reload> source;
        private List<ConfigError> reported = List.of();

        Watched(String what, Supplier<Reload> source) {
            this.what = what;
            this.source = source;
        }

        void look(AuditLog audit) throws IOException {
            switch (source.get()) {
                case Reload.Replaced(int entries) -> {
                    reported = List.of();
                    String count = entries + (what.equals("policy") ? " rules" : " people");
                    audit.append(new Housekeeping(what + " loaded", count));
                    LOG.info("{} read again: {} are in force", what, count);
                }
                case Reload.Unchanged() -> reported = List.of();
                case Reload.Kept(List<ConfigError> errors) -> report(errors, audit);
            }
        }

        /// Once for each state of the file, not at every look.
        private void report(List<ConfigError> errors, AuditLog audit) throws IOException {
            if (errors.equals(reported)) {
                return;
            }
            reported = errors;
            errors.forEach(error -> LOG.error("the old {} stays in force: {}", what, error));
            audit.append(new Housekeeping(what + " refused", errors.size() + " errors"));
        }
    }

    @Override
    public void close() {
        stopped.countDown();
    }
}
