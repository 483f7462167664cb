package org.postern.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.cabinet.Cabinet.Listed;
import org.postern.grammar.Command;

/// RFC 3501 §6.3.9: who goes down level by level over LSUB comes to all that is subscribed.
class LsubLevelTest {
    private static final List<Listed> ALL =
            List.of(
                    Listed.level("Clinic"),
                    new Listed("Clinic/INBOX", "", true),
                    new Listed("INBOX", "", true),
                    new Listed("Old", "", false),
                    new Listed("Old/2025", "", true),
                    new Listed("Older", "", false));

    private static List<String> told(boolean subscribed, String pattern) {
        Listing listing =
                new Listing(
                        ALL,
                        new Command.ListFolders(
                                subscribed,
                                false,
                                subscribed,
                                "",
                                List.of(pattern),
                                new Command.Wanted(false, false, Set.of())));
        return ALL.stream()
                .filter(listing::isWanted)
                .map(each -> listing.line(each, false))
                .toList();
    }

    @Test
    void aLevelAboveIsToldAsOneThatDoesNotOpen() {
        assertEquals(
                List.of(
                        "* LSUB (\\HasChildren \\Noselect) \"/\" Clinic",
                        "* LSUB (\\HasNoChildren) \"/\" INBOX",
                        "* LSUB (\\HasChildren \\Noselect) \"/\" Old"),
                told(true, "%"));
        assertEquals(
                List.of("* LSUB (\\HasNoChildren) \"/\" Clinic/INBOX"), told(true, "Clinic/%"));
    }

    @Test
    void withoutLevelsOnlyWhatIsSubscribedIsTold() {
        assertEquals(
                List.of(
                        "* LSUB (\\HasNoChildren) \"/\" Clinic/INBOX",
                        "* LSUB (\\HasNoChildren) \"/\" INBOX",
                        "* LSUB (\\HasNoChildren) \"/\" Old/2025"),
                told(true, "*"));
        assertEquals(
                List.of(
                        "* LIST (\\HasChildren \\Noselect) \"/\" Clinic",
                        "* LIST (\\HasNoChildren) \"/\" INBOX",
                        "* LIST (\\HasChildren) \"/\" Old",
                        "* LIST (\\HasNoChildren) \"/\" Older"),
                told(false, "%"));
    }
}
