package org.postern.phi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.facts.Phi;
import org.postern.facts.Phi.RecordForms;
import org.postern.facts.PhiKind;

/// A clinic's own record numbers are known by the forms that it gives, and no form takes for ever.
class RecordFormsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "MRN-?\\d{7}",
                "[A-Z]{2}[0-9]{6,8}",
                "(?:QZ|QX)[- ]?[0-9]{3}(?:-[0-9]{4})?",
                "[*+^$]\\d{5}",
                "\\d{4}\\*\\d{4}",
                "№ ?[0-9]{6}",
                "[A-Z]{2}[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{4}",
                "(?:[0-9]{10}){10}",
                "[P<(?]\\(?[0-9]{7}"
            })
    void good(String form) {
        assertEquals(Optional.empty(), RecordForms.fault(form));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "MRN-?\\d+ | without an end, by +",
                "MRN.*\\d{7} | without an end, by *",
                "\\d{7,} | without an end, by {7,}",
                "[]*]+\\d | without an end",
                "^\\d{7} | has ^",
                "\\d{7}$ | has $",
                "\\A\\d{7} | has \\A",
                "(\\d{7} | cannot be read",
                "\"a)|(b\" | cannot be read",
                "(?=x)\\d{7} | cannot be read",
                "(\\d)\\1 | cannot be read",
                "\\d{0,7} | matches where nothing stands",
                "(?P<n>\\d{7}) | names a group",
                "(?:\\d{11}){10} | comes to more than 100",
                "(?:\\d{40}){40} | comes to more than 100",
                "(?:(?:x{9}){9}){99} | comes to more than 100",
                "[0-9]{7}(?:(?:x{900}){1}){1} | comes to more than 100"
            })
    void bad(String form, String why) {
        assertTrue(
                RecordForms.fault(form).orElse("").contains(why),
                () -> form + ": " + RecordForms.fault(form));
    }

    /// Each form is looked for in each message, so together they have a bound as well.
    @Test
    void manyLongFormsAreRefusedTogether() {
        String long99 = "[0-9]{99}";
        assertEquals(Optional.empty(), RecordForms.faultOfAll(List.of(long99, long99, long99)));
        assertTrue(
                RecordForms.faultOfAll(List.of(long99, long99, long99, long99))
                        .orElse("")
                        .contains("more than 300"));
    }

    @Test
    void aLongFormIsRefused() {
        assertTrue(RecordForms.fault("1".repeat(101)).isPresent());
        assertFalse(RecordForms.fault("1".repeat(100)).isPresent());
    }

    @Test
    void itStandsAloneAndIsFoundAnywhere() {
        assertEquals(List.of("1234567", "7654321"), found("QZ-\\d{7}", "QZ-1234567 qz-7654321"));
        assertEquals(List.of("1234567"), found("\\d{7}", "(1234567)"));
        assertEquals(List.of(), found("\\d{7}", "12345678 x1234567 1234567x é1234567"));
        assertEquals(List.of("AB123456"), found("[A-Z]{2}-?\\d{6}", "our AB123456, yours"));
        assertEquals(List.of(), found("[a-z]{2,8}", "no digits at all"));
        assertEquals(List.of("111", "222", "333"), found("\\d{3}", "111 222\n333"));
    }

    @Test
    void aFormMakesPhiOnlyBesideAFactAboutHealth() {
        RecordForms forms = new RecordForms(List.of("QZ-?\\d{7}"));
        String note = "QZ-4021077 was seen for diabetes mellitus, A1c 8.1.";
        assertFalse(scan(RecordForms.NONE, note).has(PhiKind.MRN));
        Phi with = scan(forms, note);
        assertTrue(with.has(PhiKind.MRN));
        assertTrue(with.score() >= 8, () -> "score " + with.score());
        Phi invoice = scan(forms, "The invoice QZ-4021077 for office chairs is paid.");
        assertTrue(invoice.has(PhiKind.MRN));
        assertEquals(0, invoice.score());
    }

    /// Behind a word the detectors find the same number, and it is one patient's.
    @Test
    void aNumberThatIsFoundTwiceIsOne() {
        RecordForms forms = new RecordForms(List.of("(?:QZ-?)?\\d{7}", "[A-Z]{2}\\d{6}"));
        Phi phi = scan(forms, "MRN 4021077, diabetes. QZ-4021077 again. MRN AB123456, asthma.");
        assertEquals(2, phi.counts().get(PhiKind.MRN));
        assertEquals(2, phi.patients());
    }

    @Test
    void theSubjectIsLookedThroughToo() {
        Scan scan = new Scan(2026, new RecordForms(List.of("QZ\\d{7}")));
        scan.subject("QZ4021077");
        scan.read("Her diabetes is worse.");
        assertTrue(scan.result(true).has(PhiKind.MRN));
    }

    /// Texts that lead each form astray at each place.
    @Test
    void noTextTakesForEver() {
        RecordForms forms =
                new RecordForms(
                        List.of("[0-9]{3,9}-[0-9]{3,9}X", "(?:A?){30}[0-9]{7}", ".{1,90}Q9"));
        String text = "1234567-1234567 aaaaaaaaaaaaaaaa ".repeat(1_000);
        assertTimeout(Duration.ofSeconds(10), () -> forms.in(text, _ -> {}));
    }

    private static List<String> found(String form, String text) {
        List<String> found = new ArrayList<>();
        new RecordForms(List.of(form)).in(text, found::add);
        return found;
    }

    private static Phi scan(RecordForms forms, String text) {
        Scan scan = new Scan(2026, forms);
        scan.read(text);
        return scan.result(true);
    }
}
