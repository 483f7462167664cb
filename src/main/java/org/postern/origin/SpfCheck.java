package org.postern.origin;

import java.util.Locale;
import java.util.Optional;
import org.apache.james.jspf.executor.SynchronousSPFExecutor;
import org.apache.james.jspf.impl.SPF;
import org.jspecify.annotations.Nullable;
import org.postern.facts.Origin.Spf;
import org.postern.facts.Origin.Spf.Identity;
import org.postern.facts.Origin.Verdict;
import org.postern.mail.Address;
import org.postern.mail.Domain;

/// Whether a host may send mail for the domain of a reverse-path: RFC 7208, evaluated by jSPF.
final class SpfCheck {
    private SpfCheck() {}

    /// @param peer the client's IP address
    /// @param reversePath null for the empty path, for which the name in HELO stands in (§2.4)
    /// @param helo as the client said it
    static Spf check(
            String peer, @Nullable Address reversePath, @Nullable String helo, OriginDns dns) {
        if (reversePath != null) {
            return new Spf(
                    verdict(peer, reversePath, helo, dns), Identity.MAILFROM, reversePath.domain());
        }
        // An address literal, or a name of one label, has no policy (§4.3).
        Optional<Domain> domain =
                Optional.ofNullable(helo)
                        .flatMap(Domain::parse)
                        .filter(name -> name.name().contains("."));
        return domain.map(name ->
                        new Spf(
                                verdict(peer, new Address("postmaster", name), helo, dns),
                                Identity.HELO,
                                name))
                .orElseGet(() -> new Spf(Verdict.NONE, Identity.HELO, null));
    }

    private static Verdict verdict(
            String peer, Address sender, @Nullable String helo, OriginDns dns) {
        SpfDns limited = new SpfDns(dns);
        SPF spf = new SPF(limited, new SynchronousSPFExecutor(limited));
        String result;
        try {
            String said = helo == null ? "unknown" : helo;
            result = spf.checkSPF(peer, sender.toString(), said).getResult();
        } catch (RuntimeException | StackOverflowError e) {
            // jSPF is made for what domains publish by mistake, not for what they make up to hurt.
            return Verdict.PERMERROR;
        }
        if (limited.isLimitBroken()) {
            return Verdict.PERMERROR;
        }
        return switch (result.toLowerCase(Locale.ROOT)) {
            case "pass" -> Verdict.PASS;
            case "fail" -> Verdict.FAIL;
            case "softfail" -> Verdict.SOFTFAIL;
            case "neutral" -> Verdict.NEUTRAL;
            case "none" -> Verdict.NONE;
            case "temperror" -> Verdict.TEMPERROR;
            default -> Verdict.PERMERROR;
        };
    }
}
