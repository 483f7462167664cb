package org.postern.reach;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.postern.mail.Address;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Verdict;
import org.postern.reach.Possibility.Doubtful;
import org.postern.reach.Possibility.Impossible;
import org.postern.reach.Possibility.Possible;
import org.postern.reach.Possibility.Unknown;
import org.postern.route.Need;
import org.postern.route.Prospect;
import org.postern.route.Prospects;
import org.postern.route.Way;

/// Looks up which protections are possible for somebody now. Rules, delivery and explanations ask
/// here, so that they cannot differ. It sends nothing and tries nothing.
///
/// It blocks while directories, the domain name system or a domain's policy host are asked, each
/// within a limit of its own. Safe for use by many threads.
public final class Possibilities {
    /// Why there is no pickup.
    public static final String NO_PICKUP = "no pickup listener is configured";

    /// A copy that a rule asks for is secret, and on a page its author would see it.
    public static final String NO_PAGE = "a copy never waits on a page";

    private static final String NO_CERTIFICATE = "no certificate is known";

    private static final String NO_NEXT_HOP = "no proved next hop is configured for this domain";

    private final PartnerDirectory partners;
    private final Function<Address, Optional<Way>> provable;
    private final Prospects prospects;
    private final Pickup pickup;
    private final InstantSource clock;

    /// Whether there is a page on which messages can be picked up.
    public enum Pickup {
        OFFERED,
        NOT_OFFERED
    }

    /// @param provable the way on which a recipient's own server could prove itself, if there is
    ///   one
    public Possibilities(
            PartnerDirectory partners,
            Function<Address, Optional<Way>> provable,
            Prospects prospects,
            Pickup pickup,
            InstantSource clock) {
        this.partners = partners;
        this.provable = provable;
        this.prospects = prospects;
        this.pickup = pickup;
        this.clock = clock;
    }

    /// Encryption to a valid, trusted certificate.
    public Possibility<Lookup.Found> smime(Address recipient) {
        return switch (partners.find(recipient, clock.instant())) {
            case Lookup.Found found -> new Possible<>(found);
            case Lookup.NoCertificate() -> new Impossible<>(NO_CERTIFICATE);
            // Mended, the file may be of use: nothing goes unprotected because it is not read.
            case Lookup.Unusable(Verdict verdict, String sentence) when verdict.isDoubt() ->
                    new Doubtful<>(sentence);
            case Lookup.Unusable(_, String sentence) -> new Impossible<>(sentence);
            // Where no message waits for an answer, its absence decides.
            case Lookup.Waiting(_, String sentence, var patience) ->
                    patience.isZero()
                            ? new Doubtful<>(sentence)
                            : new Unknown<>(sentence, Optional.of(patience));
        };
    }

    /// All certificates to which the author's own program may have encrypted.
    public List<X509Certificate> usable(Address recipient) {
        return partners.usable(recipient, clock.instant());
    }

    /// TLS to a server of the recipient's domain that has to prove who it is: one that IT named, or
    /// one that the domain's own policies prove. That it does is seen when it is connected.
    ///
    /// @return possible by hosts, or by certainty that nobody takes mail there: then it is tried,
    ///   and fails for good
    public Possibility<Prospect> tls(Address recipient) {
        Optional<Way> there = provable.apply(recipient);
        if (there.isEmpty()) {
            return new Impossible<>(NO_NEXT_HOP);
        }
        Prospect seen = prospects.look(there.get(), Need.PROOF);
        return switch (seen) {
            case Prospect.Hosts _, Prospect.Nowhere _ -> new Possible<>(seen);
            case Prospect.Unproved nobody ->
                    nobody.doubt().isEmpty()
                            ? new Impossible<>(nobody.reason())
                            : new Doubtful<>(nobody.reason());
            case Prospect.Unknown(String reason) -> new Unknown<>(reason, Optional.empty());
        };
    }

    /// The secure mailbox and a notice.
    public Possibility<Pickup> pickup() {
        return switch (pickup) {
            case OFFERED -> new Possible<>(pickup);
            case NOT_OFFERED -> new Impossible<>(NO_PICKUP);
        };
    }
}
