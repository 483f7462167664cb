package org.postern.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Parsed;
import org.postern.yaml.Place;
import org.postern.yaml.YamlNode;

class RosterTest {
    private static final Entry ANNA = new Entry.One(Address.of("anna@clinic.example"));

    @Test
    void aLineIsAnAddressOrADomain() {
        good("anna@clinic.example", ANNA);
        good("ANNA@Clinic.Example.", new Entry.One(Address.of("ANNA@clinic.example")));
        good("stmary.example", new Entry.Exactly(new Domain("stmary.example")));
        good("*.stmary.example", new Entry.Below(new Domain("stmary.example")));
        good("  anna@clinic.example \t # the privacy officer", ANNA);
        good("# only a comment\n\nanna@clinic.example\n", ANNA);
        good("anna@clinic.example\r\nanna@clinic.example\r\n", ANNA);
        good("\uFEFFanna@clinic.example", ANNA);
    }

    @Test
    void whatMeansNobodyRefusesTheFile() {
        bad("anna at clinic.example", "list:1:1");
        bad("anna@clinic.example\n  x@@y", "list:2:3");
        bad("*.*.example", "list:1:1");
        bad("st*.example", "list:1:1");
        bad("Anna <anna@clinic.example>", "list:1:1");
        bad("a".repeat(400) + "@clinic.example", "list:1:1");
        bad("# nobody\n", "list");
        bad("", "list");
    }

    @Test
    void aListHasItsBounds() {
        String most = lines(Roster.ENTRIES_MAX);
        assertEquals(Roster.ENTRIES_MAX, read(most).orElseThrow().entries().size());
        assertTrue(read(lines(Roster.ENTRIES_MAX + 1)).isEmpty());
    }

    private static String lines(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "p" + i + ".example")
                .collect(Collectors.joining("\n"));
    }

    @Test
    void peopleAreNoDomains() {
        assertEquals(
                Optional.of(List.of(Address.of("anna@clinic.example"))),
                read("anna@clinic.example").orElseThrow().people());
        assertEquals(
                Optional.empty(), read("anna@clinic.example\nx.example").orElseThrow().people());
    }

    @Test
    void aNameStaysInTheFolder() {
        for (String good : List.of("privacy.txt", "lists/privacy.txt", "lists/a-b_c.v2.txt")) {
            assertTrue(name(good) instanceof Parsed.Good<String>, good);
        }
        for (String bad :
                List.of("", "../x", "lists/../x", "/etc/passwd", ".hidden", "a//b", "a b", "a/")) {
            assertTrue(name(bad) instanceof Parsed.Bad<String>, bad);
        }
    }

    private static Parsed<String> name(String text) {
        return Rosters.name(new YamlNode.Text(Place.whole("policy.yaml"), text, true));
    }

    private static Optional<Roster> read(String text) {
        return Roster.read("list", text, new ConfigErrors());
    }

    private static void good(String text, Entry entry) {
        assertEquals(List.of(entry), read(text).map(Roster::entries).orElse(List.of()), text);
    }

    private static void bad(String text, String place) {
        ConfigErrors errors = new ConfigErrors();
        assertTrue(Roster.read("list", text, errors).isEmpty(), text);
        assertEquals(place, place(errors), text);
    }

    private static String place(ConfigErrors errors) {
        var error = errors.inOrder().getFirst();
        return error.line() == 0
                ? error.file()
                : error.file() + ":" + error.line() + ":" + error.column();
    }
}
