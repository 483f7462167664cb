package org.postern.surrogate;

import java.util.ArrayList;
import java.util.List;
import org.postern.surrogate.ResponseText.Entry;
import org.postern.surrogate.ResponseText.Item;

/// BODY and BODYSTRUCTURE (RFC 3501 §7.4.2) of a message whose header sections were freed of UTF-8:
/// parameters with it are left out, fields with it are not there.
final class StructureSurrogate {
    /// Places in the list of a part that is no multipart.
    private static final int SUBTYPE = 1;

    private static final int PARAMETERS = 2;
    private static final int ENCODING = 5;
    private static final int ENVELOPE = 7;
    private static final int MESSAGE = 8;

    /// Places in an envelope.
    private static final int FROM = 2;

    private static final int SENDER = 3;
    private static final int REPLY_TO = 4;

    private StructureSurrogate() {}

    static String of(String structure) {
        return Utf8.isAscii(structure)
                ? structure
                : ResponseText.write(body(ResponseText.read(structure)));
    }

    private static Item body(Item written) {
        if (!(written instanceof Item.Group(List<Entry> entries)) || entries.isEmpty()) {
            return written;
        }
        boolean multipart = entries.getFirst().item() instanceof Item.Group;
        return new Item.Group(multipart ? multipart(entries) : single(entries));
    }

    private static List<Entry> multipart(List<Entry> entries) {
        List<Entry> all = new ArrayList<>();
        boolean inside = true;
        int behind = 0;
        for (Entry entry : entries) {
            inside &= entry.item() instanceof Item.Group;
            Item item = entry.item();
            // The subtype, the parameters, and what else there is.
            Item shown =
                    inside
                            ? body(item)
                            : switch (behind++) {
                                case 0 -> type(item);
                                case 1 -> parameters(item);
                                default -> extension(item);
                            };
            all.add(new Entry(entry.gap(), shown));
        }
        return all;
    }

    private static List<Entry> single(List<Entry> entries) {
        List<Entry> all = new ArrayList<>();
        boolean message =
                entries.size() > MESSAGE && entries.get(ENVELOPE).item() instanceof Item.Group;
        for (int place = 0; place < entries.size(); place++) {
            Item item = entries.get(place).item();
            Item shown;
            if (place <= SUBTYPE) {
                shown = type(item);
            } else if (place == PARAMETERS) {
                shown = parameters(item);
            } else if (place == ENCODING && holdsUtf8(item)) {
                shown = new Item.Text("7bit");
            } else if (message && place == ENVELOPE) {
                shown = envelope(item);
            } else if (message && place == MESSAGE) {
                shown = body(item);
            } else {
                shown = extension(item);
            }
            all.add(new Entry(entries.get(place).gap(), shown));
        }
        return all;
    }

    /// What is no type is none without UTF-8 either.
    private static Item type(Item item) {
        return item instanceof Item.Text(String octets) && Utf8.isMeant(octets)
                ? new Item.Text(octets.replaceAll("[^\\x00-\\x7F]", "x"))
                : item;
    }

    /// A field; or a disposition, which has parameters; or languages.
    private static Item extension(Item item) {
        if (item instanceof Item.Group(List<Entry> entries)
                && entries.size() == 2
                && entries.getFirst().item() instanceof Item.Text(String value)
                && !(entries.getLast().item() instanceof Item.Text)) {
            return Utf8.isMeant(value)
                    ? ResponseText.NIL
                    : new Item.Group(
                            List.of(
                                    entries.getFirst(),
                                    new Entry(true, parameters(entries.getLast().item()))));
        }
        return holdsUtf8(item) ? ResponseText.NIL : item;
    }

    private static Item parameters(Item item) {
        if (!(item instanceof Item.Group(List<Entry> entries)) || !holdsUtf8(item)) {
            return item;
        }
        List<Entry> left = new ArrayList<>();
        for (int i = 0; i + 1 < entries.size(); i += 2) {
            Item name = entries.get(i).item();
            Item value = entries.get(i + 1).item();
            if (!holdsUtf8(name) && !holdsUtf8(value)) {
                left.add(new Entry(!left.isEmpty(), name));
                left.add(new Entry(true, value));
            }
        }
        return left.isEmpty() ? ResponseText.NIL : new Item.Group(left);
    }

    /// RFC 3501 §7.4.2: without a Sender or Reply-To field From stands there.
    private static Item envelope(Item item) {
        if (!(item instanceof Item.Group(List<Entry> entries)) || !holdsUtf8(item)) {
            return item;
        }
        List<Entry> all = new ArrayList<>();
        Item from = ResponseText.NIL;
        for (int place = 0; place < entries.size(); place++) {
            Item field = entries.get(place).item();
            boolean lost = holdsUtf8(field);
            boolean byFrom = place == SENDER || place == REPLY_TO;
            Item shown = lost ? byFrom ? from : ResponseText.NIL : field;
            from = place == FROM ? shown : from;
            all.add(new Entry(entries.get(place).gap(), shown));
        }
        return new Item.Group(all);
    }

    private static boolean holdsUtf8(Item item) {
        return switch (item) {
            case Item.Word _ -> false;
            case Item.Text(String octets) -> Utf8.isMeant(octets);
            case Item.Group(List<Entry> entries) ->
                    entries.stream().anyMatch(entry -> holdsUtf8(entry.item()));
        };
    }
}
