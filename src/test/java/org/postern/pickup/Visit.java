package org.postern.pickup;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// The pages, and somebody before them with an empty browser: new for each test.
abstract class Visit {
    @TempDir Path data;
    PickupWorld world;
    PageClient browser;

    @BeforeEach
    void open() throws IOException {
        world = new PickupWorld(data);
        browser = new PageClient(world);
    }

    @AfterEach
    void close() throws IOException {
        world.close();
    }
}
