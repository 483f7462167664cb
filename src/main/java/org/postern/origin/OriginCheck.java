package org.postern.origin;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.postern.dkim.DkimVerifier;
import org.postern.facts.Origin;
import org.postern.facts.Origin.Dkim;
import org.postern.facts.Origin.Dmarc;
import org.postern.facts.Origin.Spf;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.Envelope;
import org.postern.mime.HeaderSection;

/// Finds out where a message from outside comes from: SPF, DKIM and DMARC, with one deadline for
/// all look-ups together. What is to be done about it is for others to decide.
public final class OriginCheck {
    private final OriginDns dns;
    private final DkimVerifier dkim;
    private final DmarcCheck dmarc;

    public OriginCheck(OriginDns dns, PublicSuffixes suffixes, InstantSource clock) {
        this.dns = dns;
        this.dkim = new DkimVerifier(clock);
        this.dmarc = new DmarcCheck(suffixes);
    }

    /// Blocks for [TimedDns#TOTAL_MAX] at most, besides one reading of the content.
    ///
    /// @param header the header section of the content
    /// @throws IOException if the content cannot be read; a look-up that fails is a finding
    public Origin of(Envelope envelope, HeaderSection header, Content content) throws IOException {
        TimedDns timed = new TimedDns(dns);
        List<DmarcCheck.Wish> wishes = dmarc.wishes(header, timed);
        Arrival arrival = envelope.arrival();
        Spf spf = SpfCheck.check(arrival.peer(), envelope.reversePath(), arrival.helo(), timed);
        List<Dkim> signatures =
                dkim.verify(header, content, name -> timed.look(name, OriginDns.Kind.TXT));
        Dmarc verdict = dmarc.check(wishes, spf, signatures);
        return new Origin(spf, signatures, verdict);
    }
}
