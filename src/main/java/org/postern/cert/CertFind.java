package org.postern.cert;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.mail.Address;
import org.postern.pki.Finder;
import org.postern.pki.Lookup;
import org.postern.pki.PartnerDirectory;

/// `cert find`: which certificate mail to somebody outside would be encrypted to, and where it
/// comes from. Whether its authority has revoked it the running gateway asks; this command does
/// not.
final class CertFind {
    private final Console console;
    private final PartnerDirectory partners;
    private final List<Finder> elsewhere;
    private final InstantSource clock;

    /// @param partners the files alone
    /// @param elsewhere who is asked besides
    CertFind(
            Console console,
            PartnerDirectory partners,
            List<Finder> elsewhere,
            InstantSource clock) {
        this.console = console;
        this.partners = partners.with(elsewhere);
        this.elsewhere = elsewhere;
        this.clock = clock;
    }

    int run(Arguments arguments) throws UsageException {
        String word = arguments.word(1, "ADDRESS");
        arguments.atMostWords(2);
        Address address =
                Address.parse(word)
                        .orElseThrow(
                                () -> new UsageException("\"" + word + "\" is no address of mail"));
        Instant now = clock.instant();
        int answer = show(address, now);
        elsewhere.forEach(finder -> tellUnread(finder.look(address)));
        return answer;
    }

    /// Beside one that is used, a newer one may stand there.
    private void tellUnread(Finder.Looked looked) {
        if (looked instanceof Finder.Looked.Known(_, int unread, String place, _) && unread > 0) {
            console.error(
                    "In %s, %d values stand in the place of a certificate and cannot be read."
                            .formatted(place, unread));
        }
    }

    private int show(Address address, Instant now) {
        return switch (partners.find(address, now)) {
            case Lookup.Found(X509Certificate certificate, String file, Lookup.Trust trust) -> {
                console.line("%s: found in %s, %s".formatted(address, file, words(trust)));
                console.line("issued by " + certificate.getIssuerX500Principal());
                console.line("ends " + certificate.getNotAfter().toInstant());
                console.line("SHA-256 " + CertFacts.fingerprint(certificate));
                console.line("Whether it was revoked is asked by the running gateway.");
                yield Command.OK;
            }
            case Lookup.NoCertificate() -> nothing(address + ": nobody knows a certificate.");
            case Lookup.Unusable(var verdict, String sentence) ->
                    nothing("%s: %s %s".formatted(address, verdict.code(), sentence));
            case Lookup.Waiting(var verdict, String sentence, var _) ->
                    nothing("%s: %s %s".formatted(address, verdict.code(), sentence));
        };
    }

    private int nothing(String sentence) {
        console.error(sentence);
        return Command.FAILED;
    }

    private static String words(Lookup.Trust trust) {
        return switch (trust) {
            case PATH -> "one of our authorities vouches for it";
            case PINNED -> "pinned by hand";
            case ISSUED -> "issued by the clinic itself";
        };
    }
}
