package org.postern.upstream;

import java.util.List;
import java.util.Locale;
import org.postern.entrance.Response.Item;
import org.postern.entrance.UpstreamException;

/// What a STATUS response says: RFC 9051 §7.3.4.
final class StatusReader {
    private StatusReader() {}

    /// @throws UpstreamException if it does not say all that was asked for
    static UpstreamClient.Standing read(List<Item> items) throws UpstreamException {
        if (items.size() != 2 || !(items.get(1) instanceof Item.Group(List<Item> pairs))) {
            throw unsaid();
        }
        return new UpstreamClient.Standing(
                FolderHearing.count(value(pairs, "MESSAGES")),
                FolderHearing.count(value(pairs, "UNSEEN")),
                positive(value(pairs, "UIDVALIDITY")),
                positive(value(pairs, "UIDNEXT")));
    }

    /// RFC 9051 §9, `nz-number`.
    private static long positive(long number) throws UpstreamException {
        if (number < 1) {
            throw unsaid();
        }
        return number;
    }

    private static long value(List<Item> pairs, String name) throws UpstreamException {
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            if (pairs.get(i) instanceof Item.Word(String word)
                    && word.toUpperCase(Locale.ROOT).equals(name)) {
                long value = FetchReader.number(pairs.get(i + 1));
                if (value > UpstreamClient.NUMBER_MAX) {
                    throw unsaid();
                }
                return value;
            }
        }
        throw unsaid();
    }

    private static UpstreamException unsaid() {
        return new UpstreamException("it does not say how a folder stands");
    }
}
