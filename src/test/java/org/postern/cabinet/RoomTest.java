package org.postern.cabinet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// How much a person may put into folders.
class RoomTest {
    private final Map<String, Long> lying = new HashMap<>();
    private int looks;
    private final Room room =
            new Room(
                    1_000,
                    owner -> {
                        looks++;
                        return lying.getOrDefault(owner, 0L);
                    });

    @Test
    void whatWasThereCounts() throws IOException {
        lying.put("anna", 900L);
        assertFalse(room.take("anna", 101));
        assertTrue(room.take("anna", 100));
        assertFalse(room.take("bea", 1_001));
        assertTrue(room.take("bea", 1_000));
    }

    @Test
    void itLooksOnceAsLongAsThereIsRoom() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertTrue(room.take("anna", 100));
        }
        assertEquals(1, looks);
    }

    @Test
    void whatWasTakenOutIsFoundBeforeItSaysNo() throws IOException {
        assertTrue(room.take("anna", 600));
        room.settle("anna", 600);
        lying.put("anna", 100L);
        assertTrue(room.take("anna", 900));
        room.settle("anna", 900);
        lying.put("anna", 1_000L);
        assertFalse(room.take("anna", 1));
    }

    /// Letters of one command are entered together, at its end.
    @Test
    void whatIsOnItsWayCountsAtEachLook() throws IOException {
        lying.put("anna", 500L);
        for (int i = 0; i < 5; i++) {
            assertTrue(room.take("anna", 100));
        }
        assertFalse(room.take("anna", 1));
        assertFalse(room.take("anna", 1), "nor after another look");
        // Two of them are entered; of the others nothing comes.
        for (int i = 0; i < 5; i++) {
            room.settle("anna", 100);
        }
        lying.put("anna", 700L);
        assertFalse(room.take("anna", 301));
        assertTrue(room.take("anna", 300));
    }

    @Test
    void aLookThatFailsTakesNothing() {
        Room blind =
                new Room(
                        1_000,
                        _ -> {
                            throw new IOException("the database is away");
                        });
        assertThrows(IOException.class, () -> blind.take("anna", 1));
    }
}
