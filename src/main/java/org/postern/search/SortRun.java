package org.postern.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postern.grammar.Command.By;
import org.postern.grammar.Command.SortKey;
import org.postern.mailfolder.Filed;
import org.postern.order.Casemap;
import org.postern.outline.AddressList;

/// One SORT: RFC 5256 §3. It puts in order what a search has found.
public final class SortRun {
    /// One message without its values, and one value without its text.
    private static final int MESSAGE_OCTETS = 100;

    private static final int VALUE_OCTETS = 32;

    private final SearchRun.Scene scene;
    private final List<SortKey> keys;

    /// @param values by the keys, in their order
    private record Sorted(int place, List<Value> values) {}

    /// One of the two.
    private record Value(String text, long number) implements Comparable<Value> {
        @Override
        public int compareTo(Value other) {
            int order = Casemap.compare(text, other.text);
            return order == 0 ? Long.compare(number, other.number) : order;
        }
    }

    public SortRun(SearchRun.Scene scene, List<SortKey> keys) {
        this.scene = scene;
        // What is sorted by something already is not sorted by it again.
        Map<By, SortKey> first = new LinkedHashMap<>();
        keys.forEach(key -> first.putIfAbsent(key.by(), key));
        this.keys = List.copyOf(first.values());
    }

    public Needs needs() {
        return keys.stream()
                .map(key ->
                        key.by() == By.ARRIVAL || key.by() == By.SIZE ? Needs.ROW : Needs.FIELDS)
                .max(Needs::compareTo)
                .orElse(Needs.ROW);
    }

    /// The places of the messages in order; those that are gone meanwhile are left out.
    ///
    /// @throws LimitException if it takes more than one may take
    public int[] order(BitSet found) throws IOException, LimitException {
        int[] uids = scene.found(found);
        List<Sorted> all = new ArrayList<>(uids.length);
        Allowance allowance = new Allowance(SearchLimits.ORDERED_OCTETS_MAX);
        new Pages(scene, needs(), needs() == Needs.FIELDS)
                .each(
                        uids,
                        filed -> {
                            int place = scene.place(filed.uid());
                            Looked looked = new Looked(place, filed.uid(), filed);
                            List<Value> values = new ArrayList<>(keys.size());
                            allowance.take(MESSAGE_OCTETS + VALUE_OCTETS * (long) keys.size());
                            for (SortKey key : keys) {
                                values.add(value(key.by(), looked, allowance));
                            }
                            all.add(new Sorted(place, values));
                        });
        all.sort(this::compare);
        return all.stream().mapToInt(Sorted::place).toArray();
    }

    private int compare(Sorted one, Sorted other) {
        for (int i = 0; i < keys.size(); i++) {
            Comparator<Value> order =
                    keys.get(i).reverse() ? Comparator.reverseOrder() : Comparator.naturalOrder();
            int compared = order.compare(one.values().get(i), other.values().get(i));
            if (compared != 0) {
                return compared;
            }
        }
        return Integer.compare(one.place(), other.place());
    }

    /// Behind all others where nobody knows it.
    private static long size(long octets) {
        return octets == Filed.OCTETS_UNKNOWN ? Long.MAX_VALUE : octets;
    }

    private static Value value(By by, Looked looked, Allowance allowance)
            throws IOException, LimitException {
        return switch (by) {
            case ARRIVAL -> number(looked.row().arrived().toEpochMilli());
            case DATE -> number(looked.sent().toEpochMilli());
            case SIZE -> number(size(looked.row().octets()));
            case SUBJECT -> text(looked.subject().text(), allowance);
            case CC, FROM, TO -> {
                String all = String.join(", ", looked.raw(by.name()));
                yield text(Casemap.of(AddressList.firstMailbox(all)), allowance);
            }
        };
    }

    private static Value text(String text, Allowance allowance) throws LimitException {
        return new Value(allowance.text(text), 0);
    }

    private static Value number(long number) {
        return new Value("", number);
    }
}
