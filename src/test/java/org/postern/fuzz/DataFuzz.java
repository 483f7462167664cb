package org.postern.fuzz;

import java.util.Arrays;
import org.postern.smtp.DataReading;

/// The reader of blocks agrees with the reader of octets, however the network cuts: where the
/// message ends, whether it may be kept, and what is kept.
///
/// The first octet says how it is cut, the others come after DATA.
public final class DataFuzz {
    private DataFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] said = Arrays.copyOfRange(input, 1, input.length);
        DataReading read = Effort.bounded(() -> DataReading.of(SessionFuzz.cut(said, input[0])));
        DataModel.Found found = DataModel.find(said, 0);
        Promise.hold(read.done() == (found.end() >= 0), "ended: " + read.done());
        if (read.done()) {
            Promise.hold(read.consumed() == found.end(), "ended at " + read.consumed());
            Promise.hold(read.refused() == !found.clean(), "refused: " + read.refused());
            Promise.hold(
                    read.refused() || read.kept().equals(found.content()), "kept " + read.kept());
        }
    }
}
