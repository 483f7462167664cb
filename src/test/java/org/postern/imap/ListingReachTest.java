package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.grammar.Command;

/// Whether LIST asks for anything of the clinic's server, which is not asked otherwise.
class ListingReachTest {
    private static boolean reaches(String reference, String... patterns) {
        return Listing.reaches(
                new Command.ListFolders(
                        false,
                        false,
                        false,
                        reference,
                        List.of(patterns),
                        new Command.Wanted(false, false, Set.of())),
                "Clinic");
    }

    @Test
    void onlyWhatMayNameThem() {
        for (String pattern : List.of("*", "%", "C*", "Clinic", "Clinic/*", "Clinic/A", "Cl%")) {
            assertEquals(true, reaches("", pattern), pattern);
        }
        for (String pattern : List.of("INBOX", "Sent*", "D%", "Clin", "Archive/*", "")) {
            assertEquals(false, reaches("", pattern), pattern);
        }
        assertEquals(true, reaches("Clinic/", "%"));
        assertEquals(false, reaches("Archive/", "*"));
        assertEquals(true, reaches("", "INBOX", "%"));
    }
}
