package org.postern.cert;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.Pki;
import org.postern.config.GatewayConfig.RevocationCheck;
import org.postern.fetch.Fetcher;
import org.postern.mail.Address;
import org.postern.operate.Rounds;
import org.postern.pki.PartnerDirectory;
import org.postern.revocation.EvidenceFolder;
import org.postern.revocation.Revocations;
import org.postern.store.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the authorities of others say about their certificates, as `gateway.yaml` wants it.
public final class Authorities {
    /// Nobody is asked.
    public static final Authorities OFF = new Authorities(null, InstantSource.system());

    /// How often all partners' certificates are looked at ahead of mail.
    private static final Duration AHEAD = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(Authorities.class);

    private final @Nullable Revocations revocations;
    private final InstantSource clock;

    private Authorities(@Nullable Revocations revocations, InstantSource clock) {
        this.revocations = revocations;
        this.clock = clock;
    }

    /// The part of the world that they need.
    public record World(Disk disk, RandomGenerator random, InstantSource clock) {}

    /// Keeps what they say in the folder `revocation` of the data folder.
    public static Authorities of(GatewayConfig config, Fetcher fetcher, World world)
            throws IOException {
        Pki pki = config.outgoing().pki();
        EvidenceFolder folder =
                EvidenceFolder.open(
                        world.disk(),
                        config.storage().data().resolve("revocation"),
                        world.clock().instant());
        Revocations.Terms terms =
                new Revocations.Terms(
                        pki.revocation() == RevocationCheck.REQUIRE, pki.grace(), pki.patience());
        return new Authorities(
                new Revocations(
                        new Revocations.Means(fetcher, folder, world.random()),
                        terms,
                        world.clock()),
                world.clock());
    }

    /// The same certificates, with regard to what was revoked, by others and by ourselves.
    public PartnerDirectory over(PartnerDirectory partners, OwnKeys own) {
        return partners.asking(
                own.revocation(
                        revocations == null ? PartnerDirectory.Revocation.OFF : revocations));
    }

    /// What looks after certificates again and again: our own, and those of others ahead of the
    /// mail, unless nobody is asked.
    public List<Rounds> rounds(OwnKeys own, PartnerDirectory partners) {
        List<Rounds> rounds = new ArrayList<>(List.of(own.renewal(), own.listing()));
        if (revocations != null) {
            Ahead ahead = new Ahead(revocations, partners);
            rounds.add(new Rounds("revocation", Revocations.EVERY, ahead));
        }
        return rounds;
    }

    /// One look; used by one thread.
    private final class Ahead implements Runnable {
        private final Revocations asked;
        private final PartnerDirectory partners;
        private Instant last = Instant.MIN;

        Ahead(Revocations asked, PartnerDirectory partners) {
            this.asked = asked;
            this.partners = partners;
        }

        @Override
        public void run() {
            guarded(asked::look);
            Instant now = clock.instant();
            // A clock that was ahead is not waited for.
            if (!now.isBefore(last.plus(AHEAD)) || now.isBefore(last)) {
                guarded(() -> lookAhead(now));
                last = now;
            }
        }

        /// Looks at all certificates of people, so that what is to be known about their revocation
        /// is known before mail needs it.
        private void lookAhead(Instant now) {
            for (Address each : partners.people(now)) {
                guarded(() -> partners.find(each, now));
            }
        }

        /// A certificate that our libraries cannot bear must end neither the rounds nor the look at
        /// the others.
        private static void guarded(Runnable step) {
            try {
                step.run();
            } catch (RuntimeException e) {
                LOG.error("authorities are asked again later: {}", e.getClass().getName());
            }
        }
    }
}
