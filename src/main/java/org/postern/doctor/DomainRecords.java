package org.postern.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import org.postern.dkim.SigningKey;
import org.postern.dkim.TagList;
import org.postern.dns.Answer;
import org.postern.dns.Resolver;
import org.postern.mail.Domain;

/// What a domain publishes against those who write in its name: whether a forged notice is refused
/// by whoever gets it.
final class DomainRecords {
    private final Resolver resolver;

    DomainRecords(Resolver resolver) {
        this.resolver = resolver;
    }

    /// @param keys with which its mail is signed; none if it is not
    List<Finding> of(Domain domain, List<SigningKey> keys) {
        List<Finding> findings = new ArrayList<>();
        findings.add(dmarc(domain));
        findings.add(spf(domain));
        if (keys.isEmpty()) {
            findings.add(
                    Finding.bad(
                            domain.name(),
                            "mail is not signed (DKIM): name a selector under dkim in gateway.yaml,"
                                    + " see src/docs/authentication.md"));
        }
        keys.forEach(key -> findings.add(dkim(domain, key)));
        findings.add(mtaSts(domain));
        return findings;
    }

    /// The record of the domain, or of the next one above that has one (RFC 7489 §6.6.3).
    private Finding dmarc(Domain domain) {
        String above = domain.name();
        while (above.contains(".")) {
            String name = "_dmarc." + above;
            boolean own = above.equals(domain.name());
            Optional<Finding> found =
                    of(name, "v=DMARC1", (it, text) -> dmarc(it, text, own ? "p" : "sp"));
            if (found.isPresent()) {
                return found.get();
            }
            above = above.substring(above.indexOf('.') + 1);
        }
        return Finding.bad(
                "_dmarc." + domain.name(),
                "no DMARC record: nobody is told to refuse mail that somebody forges in your name;"
                        + " publish \"v=DMARC1; p=reject\"");
    }

    private static Finding dmarc(String name, String text, String tag) {
        Optional<TagList> tags = TagList.parse(text);
        String policy =
                tags.flatMap(it -> it.get(tag).or(() -> it.get("p")))
                        .orElse("")
                        .toLowerCase(Locale.ROOT);
        boolean all = tags.flatMap(it -> it.get("pct")).orElse("100").equals("100");
        return switch (policy) {
            case "reject" ->
                    all
                            ? Finding.good(name, "forged mail is to be refused (p=reject)")
                            : Finding.weak(name, "a share of forged mail is to be refused (pct)");
            case "quarantine" ->
                    Finding.weak(
                            name,
                            "forged mail goes to the junk folder (quarantine); reject is better");
            case "none" ->
                    Finding.bad(name, "forged mail is let through (p=none); publish p=reject");
            default -> Finding.bad(name, "the DMARC record has no readable policy");
        };
    }

    private Finding spf(Domain domain) {
        return of(domain.name(), "v=spf1", DomainRecords::spf)
                .orElseGet(() ->
                        Finding.bad(
                                domain.name(),
                                "no SPF record: publish which servers send mail of the domain, and"
                                        + " end it with -all"));
    }

    private static Finding spf(String name, String text) {
        String last = text.strip().toLowerCase(Locale.ROOT).replaceAll(".*\\s", "");
        return switch (last) {
            case "-all", "~all" -> Finding.good(name, "SPF names who sends (" + last + ")");
            case "+all", "all" -> Finding.bad(name, "SPF lets everybody send; end it with -all");
            default ->
                    last.startsWith("redirect=")
                            ? Finding.good(name, "SPF is that of another name (" + last + ")")
                            : Finding.weak(name, "SPF forbids nobody to send; end it with -all");
        };
    }

    private Finding dkim(Domain domain, SigningKey key) {
        String name = key.recordName(domain);
        Optional<String> ours = TagList.parse(key.record()).flatMap(tags -> tags.get("p"));
        return of(
                        name,
                        "",
                        (it, text) -> {
                            Optional<String> theirs =
                                    TagList.parse(text)
                                            .flatMap(tags -> tags.get("p"))
                                            .map(p -> p.replaceAll("\\s", ""));
                            return theirs.equals(ours)
                                    ? Finding.good(it, "the key that signs is published (DKIM)")
                                    : Finding.bad(
                                            it,
                                            "another key is published than the one that signs;"
                                                    + " ./gateway keys dkim shows the record");
                        })
                .orElseGet(() ->
                        Finding.bad(
                                name,
                                "the key that signs is not published (DKIM); ./gateway keys dkim"
                                        + " shows the record"));
    }

    private Finding mtaSts(Domain domain) {
        String name = "_mta-sts." + domain.name();
        return of(
                        name,
                        "v=STSv1",
                        (it, _) -> Finding.good(it, "mail to you is to come over TLS (MTA-STS)"))
                .orElseGet(() ->
                        Finding.weak(name, "no MTA-STS: mail to you may come in clear (RFC 8461)"));
    }

    /// What is said of the one record of a name; empty if there is none.
    private Optional<Finding> of(
            String name, String begin, BiFunction<String, String, Finding> judged) {
        return switch (resolver.txt(name)) {
            case Answer.Found<String> found -> {
                List<String> ours =
                        found.records().stream()
                                .filter(text ->
                                        text.regionMatches(true, 0, begin, 0, begin.length()))
                                .toList();
                yield switch (ours.size()) {
                    case 0 -> Optional.empty();
                    case 1 -> Optional.of(judged.apply(name, ours.getFirst()));
                    default ->
                            Optional.of(
                                    Finding.bad(
                                            name,
                                            "%d records in the place of one, so none counts"
                                                    .formatted(ours.size())));
                };
            }
            case Answer.NoData<String> _, Answer.NoDomain<String> _ -> Optional.empty();
            case Answer.Doubt<String>(String reason) ->
                    Optional.of(new Finding(Finding.State.UNKNOWN, name, reason));
        };
    }
}
