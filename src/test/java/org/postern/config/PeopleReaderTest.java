package org.postern.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.testkit.Accepted;

class PeopleReaderTest {
    @TempDir Path temporary;

    private FolderCopy folder;

    @BeforeEach
    void copy() throws IOException {
        folder = FolderCopy.in(temporary);
    }

    @Test
    void aClinicianIsFoundUnderAnySpelling() {
        People people = Accepted.value(Configuration.load(folder.path())).people();
        People.Person anna = people.of(Address.of("Anna.Reyes@mapleclinic.example")).orElseThrow();
        assertEquals("Anna Reyes, MD", anna.name());
        assertEquals("Family physician", anna.title());
        assertNotNull(anna.photo());
        assertNull(people.of(Address.of("sam.okafor@mapleclinic.example")).orElseThrow().photo());
        assertEquals(Optional.empty(), people.of(Address.of("x@mapleclinic.example")));
    }

    @Test
    void wrongPeopleAreRefused() throws IOException {
        Files.write(folder.path().resolve("photos/big.png"), png(People.PHOTO_OCTETS_MAX + 1));
        folder.with("photos/no.png", "GIF89a");
        bad("anna: { name: A }", "not an address");
        bad("a@other.example: { name: A }", "not in one of the clinic's own domains");
        bad("a@mapleclinic.example: { title: A }", "\"name\" is missing");
        bad("a@mapleclinic.example: { name: A, titel: B }", "did you mean \"title\"?");
        bad("a@mapleclinic.example: A", "a section with keys");
        bad("a@mapleclinic.example: { name: A }\n  A@mapleclinic.example: { name: B }", "twice");
        String a = "a@mapleclinic.example: { name: A, ";
        bad(a + "page: { name: Anna } }", "cannot be part of a web address");
        bad(a + "page: { name: a/b } }", "cannot be part of a web address");
        bad(a + "page: { name: -ab } }", "cannot be part of a web address");
        bad(a + "page: { answer-days: 2 } }", "\"name\" is missing");
        bad(a + "page: { name: aa, copies: x@other.example } }", "stays in the house");
        bad(
                a
                        + "page: { name: aa } }\n"
                        + "  b@mapleclinic.example: { name: B, page: { name: aa } }",
                "two pages have the name");
        bad(a + "away: { from: 2026-03-02, until: 2026-03-01 } }", "ends before it begins");
        bad(a + "away: { from: tomorrow, until: 2026-03-01 } }", "is not a day");
        bad(
                a + "away: { from: 2026-03-01, until: 2026-03-01, cover: c@mapleclinic.example } }",
                "nobody is listed under");
        bad("a@mapleclinic.example: { name: A, photo: photos/none.png }", "there is no file");
        bad("a@mapleclinic.example: { name: A, photo: ../photo.png }", "there is no file");
        bad("a@mapleclinic.example: { name: A, photo: /etc/passwd }", "there is no file");
        bad("a@mapleclinic.example: { name: A, photo: photos/no.png }", "is no PNG file");
        bad("a@mapleclinic.example: { name: A, photo: photos/big.png }", "too many for a notice");
    }

    private static byte[] png(int octets) {
        byte[] png = new byte[octets];
        byte[] signature = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
        System.arraycopy(signature, 0, png, 0, signature.length);
        return png;
    }

    private void bad(String person, String fragment) {
        String all = folder.with("people.yaml", "people:\n  " + person + "\n").complaints();
        assertTrue(all.contains(fragment), fragment + " is not in\n" + all);
    }
}
