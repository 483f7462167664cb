package org.postern.origin;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.dkim.TagList;
import org.postern.facts.Origin.Dmarc.Policy;

/// What a domain asks for mail that bears its name: RFC 7489 §6.3.
///
/// @param policy for the domain itself
/// @param below for its subdomains
/// @param strictDkim whether the signing domain must be the very same
/// @param strictSpf whether the domain of the reverse-path must be the very same
record DmarcRecord(Policy policy, Policy below, boolean strictDkim, boolean strictSpf) {
    private static final String VERSION = "v=DMARC1";

    /// Those of the TXT records of a name that are DMARC's.
    static List<String> among(List<String> records) {
        return records.stream().filter(DmarcRecord::isDmarc).toList();
    }

    /// @param records DMARC's, of one name
    /// @return empty if there are several, or none that can be read (§6.6.3)
    static Optional<DmarcRecord> only(List<String> records) {
        return records.size() == 1 ? read(records.getFirst()) : Optional.empty();
    }

    private static boolean isDmarc(String text) {
        int end = text.indexOf(';');
        String first = end < 0 ? text : text.substring(0, end);
        return first.length() <= 2 * VERSION.length()
                && first.replaceAll("\\s", "").equals(VERSION);
    }

    private static Optional<DmarcRecord> read(String text) {
        TagList tags = TagList.parse(text).orElse(null);
        if (tags == null) {
            return Optional.empty();
        }
        Optional<Policy> policy = tags.get("p").flatMap(DmarcRecord::policy);
        Optional<Policy> below = tags.get("sp").flatMap(DmarcRecord::policy);
        if (policy.isEmpty() || (tags.get("sp").isPresent() && below.isEmpty())) {
            // §6.6.3: without a readable policy it asks for reports at the most.
            return tags.get("rua").filter(uri -> !uri.isEmpty()).isPresent()
                    ? Optional.of(new DmarcRecord(Policy.NONE, Policy.NONE, false, false))
                    : Optional.empty();
        }
        int percent = percent(tags);
        return Optional.of(
                new DmarcRecord(
                        lenient(policy.get(), percent),
                        lenient(below.orElse(policy.get()), percent),
                        tags.get("adkim").filter("s"::equals).isPresent(),
                        tags.get("aspf").filter("s"::equals).isPresent()));
    }

    private static Optional<Policy> policy(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "none" -> Optional.of(Policy.NONE);
            case "quarantine" -> Optional.of(Policy.QUARANTINE);
            case "reject" -> Optional.of(Policy.REJECT);
            default -> Optional.empty();
        };
    }

    /// §6.3, `pct`: the domain is trying its policy out on a share of its mail. The message that
    /// was not meant cannot be told from the one that was, so all get the next milder treatment
    /// (§6.6.4).
    private static Policy lenient(Policy policy, int percent) {
        return policy == Policy.REJECT && percent < 100 ? Policy.QUARANTINE : policy;
    }

    private static int percent(TagList tags) {
        String digits = tags.get("pct").orElse("100");
        return digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : 100;
    }
}
