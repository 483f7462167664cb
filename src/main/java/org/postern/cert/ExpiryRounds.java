package org.postern.cert;

import java.util.List;
import java.util.Optional;
import org.postern.World;
import org.postern.config.GatewayConfig;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.QueueId;
import org.postern.notice.ExpiryMail;
import org.postern.operate.Rounds;
import org.postern.transit.OwnMail;

/// Tells IT of certificates that end, if IT has a mailbox.
public final class ExpiryRounds {
    private ExpiryRounds() {}

    /// Empty where nobody is told.
    public static Optional<Rounds> of(
            GatewayConfig config, World world, OwnMail ownMail, EndingCertificates ending) {
        Domain hostname = config.site().hostname();
        ExpiryMail mail =
                new ExpiryMail(
                        hostname,
                        new Address("postmaster", hostname),
                        world.clock(),
                        world.random());
        return Optional.ofNullable(config.site().postmaster())
                .map(it ->
                        new ExpiryWatch(
                                ending,
                                config.storage().data().resolve("expiry-told"),
                                endings -> {
                                    QueueId cause =
                                            QueueId.next(world.clock().instant(), world.random());
                                    ownMail.release(
                                            ownMail.commit(
                                                    new OwnMail.Letter(
                                                            OwnMail.EXPIRY,
                                                            cause,
                                                            List.of(it),
                                                            null,
                                                            it,
                                                            mail.compose(it, lines(endings)))));
                                },
                                world.clock()))
                .map(it -> new Rounds("ending certificates", ExpiryWatch.EVERY, it::look));
    }

    private static List<ExpiryMail.Line> lines(List<EndingCertificates.Ending> endings) {
        return endings.stream()
                .map(it -> new ExpiryMail.Line(it.what(), it.end(), it.advice()))
                .toList();
    }
}
