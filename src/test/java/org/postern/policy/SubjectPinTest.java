package org.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SubjectPinTest {
    @Test
    void aPinIsFoundAndTakenOut() {
        good("[pin 4821] Your results", "4821", "Your results");
        good("Your results [PIN: 482 ]".replace("482 ", "482915"), "482915", "Your results");
        good("Re: [secure] [ Pin 0000 ] knee", "0000", "Re: [secure] knee");
        good("[pin 4821]", "4821", "");
        good("a [pin 1111] b [pin 2222] c", "1111", "a b c");
    }

    @Test
    void allElseIsASubject() {
        for (String subject :
                new String[] {
                    "",
                    "pin 4821",
                    "[pin]",
                    "[pin 12]",
                    "[pin 1234567890123]",
                    "[spin 4821]",
                    "[pin4821]",
                    "[pin abcd]"
                }) {
            assertTrue(SubjectPin.in(subject).isEmpty(), subject);
        }
    }

    @Test
    void itHidesItself() {
        assertFalse(SubjectPin.in("[pin 4821] x").orElseThrow().toString().contains("4821"));
    }

    private static void good(String subject, String digits, String rest) {
        assertEquals(new SubjectPin(digits, rest), SubjectPin.in(subject).orElseThrow());
    }
}
