package org.postern.origin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postern.facts.Origin;
import org.postern.facts.Origin.Dkim;
import org.postern.facts.Origin.Dmarc;
import org.postern.facts.Origin.Spf;
import org.postern.facts.Origin.Verdict;
import org.postern.mail.Domain;

/// Writes findings down as RFC 8601 has it, for the readers behind this gateway. Only names of
/// domains go in, and never a local part.
public final class AuthenticationResults {
    /// A result of ours begins a line.
    private static final Pattern RESULT =
            Pattern.compile(
                    "\t(spf|dkim|dmarc)="
                            + "(none|pass|fail|softfail|neutral|policy|temperror|permerror)\\b");

    private AuthenticationResults() {}

    /// One whole field, folded, with its line end.
    ///
    /// @param hostname ours, as the authserv-id
    public static String field(Domain hostname, Origin origin) {
        List<String> results = new ArrayList<>();
        results.add(spf(origin.spf()));
        if (origin.dkim().isEmpty()) {
            results.add("dkim=" + Verdict.NONE.word());
        }
        origin.dkim().forEach(signature -> results.add(dkim(signature)));
        results.add(dmarc(origin.dmarc()));
        return "Authentication-Results: "
                + hostname
                + ";\r\n\t"
                + String.join(";\r\n\t", results)
                + "\r\n";
    }

    /// Whether what we wrote down leaves no doubt that a message is of its author's domain, as far
    /// as that domain lets anybody know: it passes, or has published no policy.
    ///
    /// @param findings fields by [#field]; empty if nothing was looked at
    public static boolean isUndoubted(String findings) {
        return findings.isEmpty()
                || findings.contains("\tdmarc=" + Verdict.PASS.word())
                || findings.contains("\tdmarc=" + Verdict.NONE.word());
    }

    /// The verdicts that we wrote down: what is asked of them again later, by another part of the
    /// gateway, is answered as at first. The names beside them are not read back.
    ///
    /// @param findings fields by [#field]
    /// @return empty if nothing was looked at
    public static Optional<Origin> verdicts(String findings) {
        List<Verdict> spf = verdicts(findings, "spf");
        List<Verdict> dmarc = verdicts(findings, "dmarc");
        if (spf.isEmpty() || dmarc.isEmpty()) {
            return Optional.empty();
        }
        List<Dkim> dkim =
                verdicts(findings, "dkim").stream()
                        .map(verdict -> new Dkim(verdict, null, "", ""))
                        .toList();
        return Optional.of(
                new Origin(
                        new Spf(spf.getFirst(), Spf.Identity.MAILFROM, null),
                        dkim,
                        new Dmarc(dmarc.getFirst(), null, Dmarc.Policy.NONE)));
    }

    private static List<Verdict> verdicts(String findings, String method) {
        List<Verdict> verdicts = new ArrayList<>();
        Matcher result = RESULT.matcher(findings);
        while (result.find()) {
            if (result.group(1).equals(method)) {
                verdicts.add(Verdict.valueOf(result.group(2).toUpperCase(Locale.ROOT)));
            }
        }
        return verdicts;
    }

    /// §2.7.2.
    private static String spf(Spf spf) {
        String property =
                switch (spf.identity()) {
                    case MAILFROM -> "smtp.mailfrom";
                    case HELO -> "smtp.helo";
                };
        return "spf=" + spf.verdict().word() + property(property, spf.domain());
    }

    /// §2.7.1, and `header.b` of RFC 6008.
    private static String dkim(Dkim dkim) {
        String reason = dkim.reason().isEmpty() ? "" : " reason=\"" + dkim.reason() + "\"";
        String signature =
                dkim.signature().isEmpty() ? "" : " header.b=\"" + dkim.signature() + "\"";
        return "dkim="
                + dkim.verdict().word()
                + reason
                + property("header.d", dkim.domain())
                + signature;
    }

    /// RFC 7489 §11.2.
    private static String dmarc(Dmarc dmarc) {
        String policy =
                switch (dmarc.verdict()) {
                    case PASS, FAIL -> " (p=" + dmarc.policy().word() + ")";
                    case NONE, SOFTFAIL, NEUTRAL, POLICY, TEMPERROR, PERMERROR -> "";
                };
        return "dmarc=" + dmarc.verdict().word() + policy + property("header.from", dmarc.from());
    }

    private static String property(String name, @Nullable Domain domain) {
        return domain == null ? "" : " " + name + "=" + domain;
    }
}
