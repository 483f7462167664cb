package org.postern.keycare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.dkim.SigningKey;
import org.postern.mail.Domain;
import org.postern.operate.DkimKeys;

class DkimKeysTest {
    private static final Domain CLINIC = new Domain("clinic.example");

    @TempDir Path folder;

    private DkimKeys keys() {
        return new DkimKeys(folder.resolve("keys/dkim"), new Domain("p2027"));
    }

    @Test
    void whatIsMadeCanBeReadByTheOwnerAlone() throws IOException {
        keys().make();
        for (Path file : keys().files()) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        List<SigningKey> read = keys().read();
        assertEquals("p2027-rsa._domainkey.clinic.example", read.get(0).recordName(CLINIC));
        assertTrue(read.get(0).record().startsWith("v=DKIM1; k=rsa; p=MIIBIjAN"));
        assertEquals("p2027-ed25519._domainkey.clinic.example", read.get(1).recordName(CLINIC));
        assertEquals("v=DKIM1; k=ed25519; p=".length() + 44, read.get(1).record().length());
    }

    @Test
    void keysThatAreThereAreNotReplaced() throws IOException {
        keys().make();
        assertThrows(FileAlreadyExistsException.class, () -> keys().make());
    }

    @Test
    void aKeyThatIsMissingOrWrongIsNamed() throws IOException {
        IOException missing = assertThrows(IOException.class, () -> keys().read());
        assertTrue(String.valueOf(missing.getMessage()).contains("p2027-rsa.pem cannot be read"));
        keys().make();
        Files.writeString(keys().files().getLast(), "no key");
        IOException wrong = assertThrows(IOException.class, () -> keys().read());
        assertTrue(String.valueOf(wrong.getMessage()).contains("p2027-ed25519.pem"));
    }

    /// RFC 1035 §3.3: a string has 255 octets at most, and readers join them.
    @Test
    void recordsAreReadyToBePasted() throws IOException {
        keys().make();
        List<SigningKey> read = keys().read();
        List<DkimRecords> records = DkimRecords.of(List.of(CLINIC), read);
        String line = records.getFirst().zoneLine();
        assertTrue(line.startsWith("p2027-rsa._domainkey.clinic.example. IN TXT ( \"v=DKIM1;"));
        StringBuilder joined = new StringBuilder();
        String[] parts = line.split("\"", -1);
        for (int i = 1; i < parts.length; i += 2) {
            assertTrue(parts[i].length() <= 255);
            joined.append(parts[i]);
        }
        assertEquals(read.getFirst().record(), joined.toString());
        JsonNode json = new ObjectMapper().readTree(DkimRecords.json(records));
        assertEquals(2, json.path("txt").size());
        assertEquals(read.getFirst().record(), json.at("/txt/0/value").asText());
    }
}
