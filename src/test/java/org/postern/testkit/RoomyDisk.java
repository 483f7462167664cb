package org.postern.testkit;

import java.io.IOException;
import org.postern.store.FileDisk;

/// Says that there is room, whatever there is.
public final class RoomyDisk extends InterposedDisk {
    public RoomyDisk() {
        super(new FileDisk());
    }

    @Override
    protected void pass(Call call) throws IOException {
        call.step().run();
    }

    @Override
    protected long free(long octets) {
        return Long.MAX_VALUE;
    }
}
