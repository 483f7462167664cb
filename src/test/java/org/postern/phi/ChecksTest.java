package org.postern.phi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;

/// Forms, check digits, and the words around them: what the detectors alone find.
class ChecksTest {
    @Test
    void checkDigits() {
        assertTrue(Checks.luhn("4111111111111111"));
        assertFalse(Checks.luhn("4111111111111112"));
        assertTrue(Checks.npi("1234567893"), "the example of CMS");
        assertFalse(Checks.npi("1234567890"));
        assertFalse(Checks.npi("3234567893"));
        assertTrue(Checks.dea("AB1234563"));
        assertTrue(Checks.dea("F91234563"));
        assertFalse(Checks.dea("AB1234560"));
        assertFalse(Checks.dea("AB123456A"));
        assertTrue(Checks.mbi("1EG4TE5MK73"), "the example of CMS");
        assertFalse(Checks.mbi("0EG4TE5MK73"));
        assertFalse(Checks.mbi("1SG4TE5MK73"), "no S, L, O, I, B, Z");
        assertFalse(Checks.mbi("1EG4TE5MK7"));
        for (String bad : Set.of("000121234", "666121234", "900121234", "123001234", "123450000")) {
            assertFalse(Checks.ssn(bad), bad);
        }
        assertTrue(Checks.ssn("123456789"));
    }

    @Test
    void formsOfDiagnoses() {
        for (String good : Set.of("E11.9", "S72.001A", "C50.911", "Z3A.20", "M1A.0110")) {
            assertTrue(Checks.icd(good, true), good);
        }
        assertTrue(Checks.icd("I10", false));
        assertTrue(Checks.icd("E119", false));
        for (String bad : Set.of("I10", "E11.", "11.9", "EE1.9", "E1C.9", "E11.12345", "U07.1")) {
            assertFalse(Checks.icd(bad, true), bad);
        }
    }

    @Test
    void wordsAroundANumberSayWhatItIs() {
        finds("MRN: 00482913", PhiKind.MRN);
        finds("historia clínica nº 55-12-90", PhiKind.MRN);
        finds("Order 4711, tracking no. 123-45-6789");
        finds("SSN 123-45-6789", PhiKind.SSN);
        finds("his social security number is 123 45 6789", PhiKind.SSN);
        finds("DOB 3/4/1961", PhiKind.BIRTH_DATE);
        finds("born on March 4, 1961", PhiKind.BIRTH_DATE);
        finds("F. nac.: 04/03/1961", PhiKind.BIRTH_DATE);
        finds("on 3/4/2026");
        finds("NPI 1234567893", PhiKind.NPI);
        finds("her A1c was 9.1", PhiKind.LAB, PhiKind.CASE);
        finds("keep your A1c below 7");
        finds("BP 150/95", PhiKind.LAB);
        finds("metformin 500mg twice", PhiKind.DRUG, PhiKind.DOSE);
        finds("Dx: E11.9, I10", PhiKind.ICD);
        finds("CPT 99213", PhiKind.PROCEDURE);
        finds("Member ID: XQH882910045", PhiKind.INSURANCE);
        finds("Medicare 1EG4-TE5-MK73", PhiKind.MBI);
        finds("call (617) 555-0142", PhiKind.PHONE);
        finds("móvil 612 34 56 78", PhiKind.PHONE);
        finds("lives at 12 Maple Street", PhiKind.ADDRESS);
        finds("Calle Mayor 12", PhiKind.ADDRESS);
        finds("card 4111 1111 1111 1111", PhiKind.CARD);
        finds("Patient: Maria Gomez", PhiKind.NAME);
        finds("pt lorcan whitby in 4", PhiKind.NAME);
        finds("Maria Gomez 3/4/1961", PhiKind.PERSON, PhiKind.BIRTH_DATE);
        finds("Dr. Maria Gomez and Ann Hill, RN");
        finds("Annual Report of Mercy Hospital");
        finds("DOB        Code\n3/4/1961   x\n", PhiKind.BIRTH_DATE);
        finds("Patient Portal");
        finds("Mrs. Gomez", PhiKind.TITLED_NAME);
    }

    /// 45 CFR 160.103: it says who, and it is about health.
    @Test
    void onlyBothTogetherArePhi() {
        assertEquals(0, of("MRN 00482913 wants another appointment").score());
        assertEquals(0, of("Diabetes: what you can do").score());
        assertTrue(of("MRN 00482913 has diabetes").score() > 0);
        String page = "Call (617) 555-0142 about diabetes." + " More words follow.".repeat(30);
        assertEquals(0, of(page).score(), "a long text with the clinic's number");
        assertTrue(of("her cell (617) 555-0142: her A1c was 9.1").score() > 0);
        assertTrue(of("I have asthma, what now?\n\nMaria Gomez").score() > 0);
        assertEquals(0, of("We meet on Monday about asthma.\n\nMaria Gomez").score());
        assertTrue(of("Dear Ms Gomez,\nyour mammogram was normal").score() > 0);
        Phi list = of("MRN 1001 diabetes\nMRN 1002 asthma\nMRN 1002 gout");
        assertEquals(2, list.patients());
        assertEquals(2 * 8 + 3, list.score());
    }

    /// CWE-1333: whatever a stranger writes, time grows with its length alone.
    @Test
    void hugeTextsTakeLinearTime() {
        for (String unit : Set.of("1-", "a1.", "(", "patient ", "1 ", "MRN ", "é")) {
            of(unit.repeat(1 << 19));
        }
        of("1".repeat(1 << 20));
        of("a1".repeat(1 << 19));
    }

    private static void finds(String text, PhiKind... kinds) {
        Set<PhiKind> expected = EnumSet.noneOf(PhiKind.class);
        expected.addAll(Set.of(kinds));
        Set<PhiKind> found = EnumSet.noneOf(PhiKind.class);
        found.addAll(of(text).counts().keySet());
        assertEquals(expected, found, text);
    }

    private static Phi of(String text) {
        Scan scan = new Scan(2026, new Unjudged());
        scan.read(text);
        return scan.result(true);
    }
}
