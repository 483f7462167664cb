package org.postern;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postern.audit.AuditEvent.Housekeeping;
import org.postern.audit.AuditLog;
import org.postern.config.PolicySource;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.PartnerDirectory.Problem;
import org.postern.yaml.ConfigError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the policy and the partners' certificates from time to time, so that an edit is in
/// force without a restart. A policy that does not check is reported, and the old one stays.
final class ConfigWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final PolicySource policy;
    private final PartnerDirectory partners;
    private final AuditLog audit;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private List<ConfigError> reported = List.of();
    private List<Problem> reportedPartners = List.of();

    ConfigWatch(PolicySource policy, PartnerDirectory partners, AuditLog audit) {
        this.policy = policy;
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
            switch (policy.reload()) {
                case PolicySource.Reload.Replaced(int rules) -> {
                    reported = List.of();
                    audit.append(new Housekeeping("policy loaded", rules + " rules"));
                    LOG.info("a new policy of {} rules is in force", rules);
                }
                case PolicySource.Reload.Unchanged() -> reported = List.of();
                case PolicySource.Reload.Kept(List<ConfigError> errors) -> report(errors);
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

    /// Once for each state of the file, not at every look.
    private void report(List<ConfigError> errors) throws IOException {
        if (errors.equals(reported)) {
            return;
        }
        reported = errors;
        errors.forEach(error -> LOG.error("the old policy stays in force: {}", error));
        audit.append(new Housekeeping("policy refused", errors.size() + " errors"));
    }

    @Override
    public void close() {
        stopped.countDown();
    }
}
