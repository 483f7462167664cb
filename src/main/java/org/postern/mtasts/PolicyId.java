package org.postern.mtasts;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the TXT record of `_mta-sts` says: that there is a policy, and which: RFC 8461 §3.1.
record PolicyId(String value) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{1,32}");

    /// @return empty unless exactly one of the texts is such a record, and a valid one
    static Optional<PolicyId> of(List<String> texts) {
        List<String> records = texts.stream().filter(PolicyId::isRecord).toList();
        if (records.size() != 1) {
            return Optional.empty();
        }
        for (String field : records.getFirst().split(";", -1)) {
            String[] pair = field.split("=", 2);
            if (pair.length == 2 && pair[0].strip().equals("id")) {
                String id = pair[1].strip();
                return ID.matcher(id).matches() ? Optional.of(new PolicyId(id)) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static boolean isRecord(String text) {
        return text.matches("(?s)v=STSv1[ \t]*;.*");
    }
}
