package org.postern.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuggestionTest {
    private static final List<String> KNOWN =
            List.of("protect", "hold", "refuse", "smart-host", "keep-days", "port", "tls");

    @Test
    void theNearestWordIsFound() {
        good("protcet", "protect");
        good("Protect", "protect");
        good("prtect", "protect");
        good("smartHost", "smart-host");
        good("smart_host", "smart-host");
        good("keepDays", "keep-days");
        good("slt", "tls", false); // two letters exchanged across a third are two slips
        good("tsl", "tls");
        good("prot", "port");
    }

    @Test
    void aWordThatIsTooFarIsNotGuessed() {
        bad("listeners");
        bad("x");
        bad("");
        bad("p".repeat(100_000));
    }

    @Test
    void slipsAreCounted() {
        assertEquals(0, Suggestion.distance("abc", "abc"));
        assertEquals(1, Suggestion.distance("abc", "acb"));
        assertEquals(1, Suggestion.distance("abc", "ab"));
        assertEquals(1, Suggestion.distance("abc", "abcd"));
        assertEquals(3, Suggestion.distance("", "abc"));
    }

    private static void good(String wrong, String meant) {
        good(wrong, meant, true);
    }

    private static void good(String wrong, String meant, boolean found) {
        assertEquals(
                found ? Optional.of(meant) : Optional.empty(), Suggestion.nearest(wrong, KNOWN));
    }

    private static void bad(String wrong) {
        assertEquals(Optional.empty(), Suggestion.nearest(wrong, KNOWN));
    }
}
