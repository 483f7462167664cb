package org.postern;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.postern.audit.AuditEvent.Housekeeping;
import org.postern.audit.AuditLog;
import org.postern.config.PeopleSource;
import org.postern.config.PolicySource;
import org.postern.config.PolicySource.Reload;
import org.postern.control.ReloadRequests.Outcome;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.PartnerDirectory.Problem;
import org.postern.yaml.ConfigError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the policy, the people and the partners' certificates from time to time, so that an
/// edit is in force without a restart. What is still being written waits until it has settled; what
/// does not check is reported, and the old one stays.
final class ConfigWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private static final int SHOWN_MAX = 10;
    private static final String NOT_USED =
            "%d files or folders are not used, because others may change them: ";

    private final List<Watched> files;
    private final PartnerDirectory partners;
    private final AuditLog audit;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private List<Problem> reportedPartners = List.of();

    ConfigWatch(
            PolicySource policy, PeopleSource people, PartnerDirectory partners, AuditLog audit) {
        this.files =
                List.of(
                        new Watched("policy", policy::look, policy::reload),
                        new Watched("people", people::look, people::reload));
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

    private synchronized void look() {
        look("partners", this::reportPartners);
        for (Watched file : files) {
            look(file.what(), () -> file.take(file.look().get(), audit));
        }
    }

    /// What is wrong with one keeps nothing from the others.
    static void look(String what, Look look) {
        try {
            look.run();
        } catch (IOException | RuntimeException e) {
            LOG.error("{}: a change was not looked at: {}", what, e.getMessage());
        }
    }

    /// One look at one of them.
    @FunctionalInterface
    interface Look {
        void run() throws IOException;
    }

    /// Looks at once, for an operator who has written what is to be in force. What is still being
    /// written is not taken.
    ///
    /// @throws IOException if the audit cannot be written; what was taken before is in force
    synchronized List<Outcome> reload() throws IOException {
        partners.reload();
        reportPartners();
        List<Outcome> outcomes = new ArrayList<>();
        outcomes.add(outcome(partners.problems()));
        for (Watched file : files) {
            Reload reload = file.reload().get();
            file.take(reload, audit);
            outcomes.add(outcome(file, reload));
        }
        return outcomes;
    }

    /// What of the partners' folder is not used, because others may change it.
    static Outcome outcome(List<Problem> problems) {
        List<String> open =
                problems.stream()
                        .filter(Problem::isOpen)
                        .map(it -> "partners/" + it.file() + ": " + it.sentence())
                        .toList();
        return new Outcome(
                "partners",
                open.isEmpty(),
                open.isEmpty()
                        ? "all that nobody else may change is in force now"
                        : NOT_USED.formatted(open.size())
                                + String.join(
                                        "; ", open.subList(0, Math.min(SHOWN_MAX, open.size())))
                                + (open.size() > SHOWN_MAX ? "; and more: ./gateway doctor" : ""));
    }

    private static Outcome outcome(Watched file, Reload reload) {
        return switch (reload) {
            case Reload.Replaced(int entries) ->
                    new Outcome(file.what(), true, file.count(entries) + " are in force now");
            case Reload.Unchanged() -> new Outcome(file.what(), true, "nothing has changed");
            case Reload.Changing() ->
                    new Outcome(
                            file.what(),
                            false,
                            "a file changed while it was read; what was in force stays");
            case Reload.Kept(List<ConfigError> errors) ->
                    new Outcome(
                            file.what(),
                            false,
                            "what was in force stays: "
                                    + String.join(
                                            "; ",
                                            errors.stream().map(ConfigError::toString).toList()));
        };
    }

    private void reportPartners() {
        List<Problem> problems = partners.problems();
        if (!problems.equals(reportedPartners)) {
            reportedPartners = problems;
            long open = problems.stream().filter(Problem::isOpen).count();
            if (open > 0) {
                LOG.warn("partners: {} files or folders are open to others and not used", open);
            }
            problems.forEach(problem -> LOG.warn("{}: {}", problem.file(), problem.sentence()));
        }
    }

    /// One file, and what was last said of it.
    private static final class Watched {
        private final String what;
        private final Supplier<Reload> look;
        private final Supplier<Reload> reload;
        private List<ConfigError> reported = List.of();

        /// @param look takes what has settled
        /// @param reload takes what is there
        Watched(String what, Supplier<Reload> look, Supplier<Reload> reload) {
            this.what = what;
            this.look = look;
            this.reload = reload;
        }

        String what() {
            return what;
        }

        Supplier<Reload> look() {
            return look;
        }

        Supplier<Reload> reload() {
            return reload;
        }

        String count(int entries) {
            return entries + (what.equals("policy") ? " rules" : " people");
        }

        void take(Reload came, AuditLog audit) throws IOException {
            switch (came) {
                case Reload.Replaced(int entries) -> {
                    reported = List.of();
                    audit.append(new Housekeeping(what + " loaded", count(entries)));
                    LOG.info("{} read again: {} are in force", what, count(entries));
                }
                case Reload.Unchanged() -> reported = List.of();
                // The next look sees what has become of it.
                case Reload.Changing() -> {}
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
            audit.append(
                    new Housekeeping(
                            what + " refused",
                            errors.size() + (errors.size() == 1 ? " error" : " errors")));
        }
    }

    @Override
    public void close() {
        stopped.countDown();
    }
}
