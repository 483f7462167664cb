package org.postern.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.mail.Address;

class ReversePathTest {
    /// As a request carries it, so that what is meant on one side is meant on the other.
    private static boolean matches(String text, @Nullable Address reversePath) throws Exception {
        ReversePath said = ReversePath.parse(text).orElseThrow();
        ObjectNode json = new QueueFilter(null, said, null, null, null, null, null).json();
        ReversePath meant = QueueFilter.of(json).sender();
        assertEquals(said, meant);
        return said.matches(reversePath);
    }

    @ParameterizedTest
    @CsvSource({
        "Anna.Arzt@CLINIC.example, anna.arzt@clinic.example, true",
        "anna.arzt@clinic.example, Anna.ARZT@clinic.example, true",
        "anna.arzt@clinic.example., anna.arzt@clinic.example, true",
        "\"anna.arzt\"@clinic.example, anna.arzt@clinic.example, true",
        "anna@bücher.example, Anna@xn--bcher-kva.example, true",
        "anna@xn--bcher-kva.example, anna@BÜCHER.example, true",
        "BÜCHER.example, anna@xn--bcher-kva.example, true",
        "xn--bcher-kva.example., anna@bücher.example, true",
        "clinic.example, anna@sub.clinic.example, false",
        "anna@clinic.example, anna@sub.clinic.example, false",
        "anna@clinic.example, hanna@clinic.example, false",
        "<>, anna@clinic.example, false",
    })
    void whatIsMeantIsAnAddressAndNotItsSpelling(String text, String from, boolean meant)
            throws Exception {
        assertEquals(meant, matches(text, Address.of(from)));
    }

    @Test
    void theEmptyOneIsNoAddressOfAnything() throws Exception {
        assertTrue(matches("<>", null));
        assertFalse(matches("clinic.example", null));
        assertFalse(matches("anna@clinic.example", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a@b@c.example",
                "@clinic.example",
                "anna@",
                "<anna@clinic.example>",
                "anna@clinic..example",
                "clinic..example",
                "anna arzt@clinic.example",
                "[192.0.2.1]"
            })
    void whatNothingCanHaveIsRefused(String text) {
        assertEquals(Optional.empty(), ReversePath.parse(text));
        ObjectNode json = JsonLines.object().put("sender", text);
        RequestException refused = assertThrows(RequestException.class, () -> QueueFilter.of(json));
        assertTrue(refused.getMessage().contains("is not an address"), refused.getMessage());
    }
}
