package org.postern.keycare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.postern.dkim.SigningKey;
import org.postern.mail.Domain;

/// What IT has to publish in DNS for a set of keys, ready to be pasted into a zone file, or as
/// JSON.
///
/// @param name of the TXT record
/// @param value the whole text
record DkimRecords(String name, String value) {
    /// RFC 1035 §3.3: a string of a TXT record.
    private static final int STRING_OCTETS_MAX = 255;

    static List<DkimRecords> of(Collection<Domain> domains, List<SigningKey> keys) {
        List<DkimRecords> records = new ArrayList<>();
        domains.stream()
                .map(Domain::name)
                .sorted()
                .map(Domain::new)
                .forEach(domain -> {
                    for (SigningKey key : keys) {
                        records.add(new DkimRecords(key.recordName(domain), key.record()));
                    }
                });
        return records;
    }

    /// One line of a zone file; a reader joins the strings again.
    String zoneLine() {
        List<String> strings = new ArrayList<>();
        for (int at = 0; at < value.length(); at += STRING_OCTETS_MAX) {
            int end = Math.min(value.length(), at + STRING_OCTETS_MAX);
            strings.add("\"" + value.substring(at, end) + "\"");
        }
        return name + ". IN TXT ( " + String.join(" ", strings) + " )";
    }

    static String json(List<DkimRecords> records) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        records.forEach(
                record -> list.addObject().put("name", record.name()).put("value", record.value()));
        return JsonNodeFactory.instance.objectNode().set("txt", list).toString();
    }
}
