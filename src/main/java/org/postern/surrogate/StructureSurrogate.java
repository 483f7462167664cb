package org.postern.surrogate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.postern.surrogate.ResponseText.Entry;
import org.postern.surrogate.ResponseText.Item;

/// BODY and BODYSTRUCTURE (RFC 3501 §7.4.2) of a message whose header sections were freed of UTF-8:
/// parameters with it are left out, fields with it are not there. Of an encoding, a type and a
/// disposition the octets with it are written as in the fields (`Parameters`).
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
                                case 0 -> item;
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
        // A type is one text.
        boolean typed =
                holdsUtf8(
                        new Item.Group(entries.subList(0, Math.min(SUBTYPE + 1, entries.size()))));
        for (int place = 0; place < entries.size(); place++) {
            Item item = entries.get(place).item();
            Item shown;
            if (place <= SUBTYPE) {
                shown = typed ? crossed(item) : item;
            } else if (place == PARAMETERS) {
                shown = parameters(item);
            } else if (place == ENCODING) {
                shown = holdsUtf8(item) ? crossed(item) : item;
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

    private static Item crossed(Item item) {
        return item instanceof Item.Text(String octets)
                ? new Item.Text(Utf8.crossed(octets))
                : item;
    }

    /// A field; or a disposition, which has parameters; or languages.
    private static Item extension(Item item) {
        if (item instanceof Item.Group(List<Entry> entries)
                && entries.size() == 2
                && entries.getFirst().item() instanceof Item.Text value
                && !(entries.getLast().item() instanceof Item.Text)) {
            return new Item.Group(
                    List.of(
                            new Entry(false, holdsUtf8(value) ? crossed(value) : value),
                            new Entry(true, parameters(entries.getLast().item()))));
        }
        return holdsUtf8(item) ? ResponseText.NIL : item;
    }

    private static Item parameters(Item item) {
        if (!(item instanceof Item.Group(List<Entry> entries)) || !holdsUtf8(item)) {
            return item;
        }
        Set<String> lost = new HashSet<>();
        for (int i = 0; i + 1 < entries.size(); i += 2) {
            if (!Utf8.isAscii(text(entries.get(i).item()))
                    || !Utf8.isAscii(text(entries.get(i + 1).item()))) {
                lost.add(Parameter.base(text(entries.get(i).item())));
            }
        }
        List<Entry> left = new ArrayList<>();
        for (int i = 0; i + 1 < entries.size(); i += 2) {
            Item name = entries.get(i).item();
            if (!lost.contains(Parameter.base(text(name)))) {
                left.add(new Entry(!left.isEmpty(), name));
                left.add(new Entry(true, entries.get(i + 1).item()));
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

    /// Like a field it is looked at as a whole: one octet that is no UTF-8 and all stays as it is.
    private static boolean holdsUtf8(Item item) {
        return Utf8.isMeant(text(item));
    }

    private static String text(Item item) {
        return switch (item) {
            case Item.Word _ -> "";
            case Item.Text(String octets) -> octets;
            case Item.Group(List<Entry> entries) ->
                    entries.stream()
                            .map(entry -> text(entry.item()))
                            .collect(Collectors.joining("\n"));
        };
    }
}
