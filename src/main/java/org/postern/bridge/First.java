package org.postern.bridge;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.postern.cabinet.Folder;
import org.postern.mailfolder.Detail;
import org.postern.mailfolder.Filed;

/// The message by which a refusal of many is written down.
final class First {
    /// Messages that are looked for at once.
    private static final int AT_ONCE = 20;

    private First() {}

    /// The first of these messages that lies in the folder; empty if none does.
    static List<Filed> of(Folder folder, int[] uids) throws IOException {
        for (int i = 0; i < uids.length; i += AT_ONCE) {
            int end = Math.min(uids.length, i + AT_ONCE);
            List<Filed> there = folder.filed(Arrays.copyOfRange(uids, i, end), Detail.ROW);
            if (!there.isEmpty()) {
                return there.subList(0, 1);
            }
        }
        return List.of();
    }
}
