package org.postern.upstream;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.entrance.Response.Item;

/// A folder as LIST names it: RFC 9051 §7.3.1.
///
/// @param name as it is written there
/// @param delimiter between a folder and those in it; 0 for none
/// @param opens whether it can be opened
public record RemoteFolder(String name, char delimiter, boolean opens) {
    /// Octets of a name; one that is longer is passed over.
    private static final int NAME_OCTETS_MAX = 1_000;

    /// Empty for a response that names none.
    static Optional<RemoteFolder> read(List<Item> items) {
        if (items.size() < 3 || !(items.get(0) instanceof Item.Group(List<Item> attributes))) {
            return Optional.empty();
        }
        String delimiter = items.get(1) instanceof Item.Text(String text) ? text : "";
        String name = items.get(2) instanceof Item.Text(String text) ? text : word(items.get(2));
        List<String> words =
                attributes.stream().map(it -> word(it).toLowerCase(Locale.ROOT)).toList();
        boolean opens = !words.contains("\\noselect") && !words.contains("\\nonexistent");
        return name.isEmpty() || name.length() > NAME_OCTETS_MAX
                ? Optional.empty()
                : Optional.of(
                        new RemoteFolder(
                                name, delimiter.isEmpty() ? 0 : delimiter.charAt(0), opens));
    }

    private static String word(Item item) {
        return item instanceof Item.Word(String text) ? text : "";
    }
}
