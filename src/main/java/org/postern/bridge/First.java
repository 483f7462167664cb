package org.postern.bridge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postern.cabinet.Folder;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;

/// The message by which a refusal of many is written down.
final class First {
    /// Messages that are looked for at first: one of them is there as a rule.
    static final int AT_FIRST = 20;

    /// Those that are looked for at once later. Where a view is old, thousands may be gone, and
    /// each look is a question to the database.
    static final int AT_ONCE_MAX = 2_000;

    /// By how much the looks grow.
    private static final int GROWTH = 10;

    private First() {}

    /// The first of these messages that lies in the folder; empty if none does.
    static List<Filed> of(Folder folder, int[] uids) throws IOException {
        for (int[] part : parts(uids)) {
            List<Filed> there = folder.filed(part, Detail.ROW);
            if (!there.isEmpty()) {
                return there.subList(0, 1);
            }
        }
        return List.of();
    }

    /// What is looked for one after the other.
    static List<int[]> parts(int[] uids) {
        List<int[]> parts = new ArrayList<>();
        int most = AT_FIRST;
        for (int begin = 0; begin < uids.length; begin += parts.getLast().length) {
            int end = Math.min(uids.length, begin + most);
            parts.add(Arrays.copyOfRange(uids, begin, end));
            most = Math.min(AT_ONCE_MAX, most * GROWTH);
        }
        return parts;
    }
}
