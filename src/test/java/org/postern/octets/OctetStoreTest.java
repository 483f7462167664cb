package org.postern.octets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OctetStoreTest {
    private static final int CHUNK = OctetStore.CHUNK_OCTETS;

    private final SplittableRandom random = new SplittableRandom(11);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 8192, 8193, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 400_000})
    void givesBackWhatWasPut(int length) throws IOException {
        byte[] all = octets(length);
        OctetStore store = filled(all);
        assertEquals(length, store.size());
        assertTrue(store.room() >= length, "holds what it has");
        assertArrayEquals(all, store.open().readAllBytes());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertEquals(length, store.open().transferTo(out));
        assertArrayEquals(all, out.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 65_537, CHUNK, 2 * CHUNK, 2 * CHUNK + 5})
    void piecesAreOfOneLengthButTheLast(int length) {
        byte[] all = octets(length);
        List<ByteBuffer> pieces = filled(all).pieces(65_536);
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (ByteBuffer piece : pieces.subList(0, pieces.size() - 1)) {
            assertEquals(65_536, piece.remaining());
            joined.put(piece);
        }
        joined.put(pieces.getLast());
        assertArrayEquals(all, joined.array());
    }

    @Test
    void readsFromAnyPlaceInAnySteps() throws IOException {
        byte[] all = octets(2 * CHUNK + 777);
        OctetStore store = filled(all);
        for (int round = 0; round < 200; round++) {
            int from = random.nextInt(all.length);
            int length = random.nextInt(all.length - from);
            InputStream in = store.open();
            in.skipNBytes(from);
            assertArrayEquals(Arrays.copyOfRange(all, from, from + length), in.readNBytes(length));
            assertEquals(all.length - from - length, in.available());
        }
        InputStream end = store.open();
        end.skipNBytes(all.length);
        assertEquals(-1, end.read());
        assertEquals(0, end.skip(5));
    }

    @Test
    void aSmallOneTakesLittleRoom() {
        assertTrue(filled(octets(4096)).room() <= 8192);
    }

    @Test
    void growsOnlyWhenAsked() {
        OctetStore store = new OctetStore();
        assertThrows(IllegalStateException.class, store::addChunk);
        assertEquals(CHUNK, store.put(octets(CHUNK + 9), 0, CHUNK + 9));
        assertEquals(0, store.put(octets(9), 0, 9));
        store.addChunk();
        assertEquals(9, store.put(octets(9), 0, 9));
        store.clear();
        assertEquals(0, store.size());
        assertEquals(CHUNK, store.room());
    }

    private static OctetStore filled(byte[] all) {
        OctetStore store = new OctetStore();
        int done = 0;
        while (done < all.length) {
            int count = store.put(all, done, Math.min(10_000, all.length - done));
            if (count == 0) {
                store.addChunk();
            }
            done += count;
        }
        return store;
    }

    private byte[] octets(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }
}
