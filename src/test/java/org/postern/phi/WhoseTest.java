package org.postern.phi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// Whose health is spoken of, and when nobody's is: persons beside words about health.
class WhoseTest {
    private static final int USUAL = 8;

    /// A department or a campaign beside a name says nothing of whoever bears it.
    @Test
    void whatNamesAServiceIsNoStateOfAPerson() {
        nobody("Maria Gomez works in dialysis on Tuesday");
        nobody("Vaccine fridge: Maria Gomez has the key");
        nobody("Resonancia: Pedro Salas atiende el miércoles");
        somebody("Maria Gomez: creatinine 2.4, starts dialysis");
        somebody("Maria Gomez has asthma, needs a letter");
        somebody("Path for Maria Gomez: carcinoma in the margin");
    }

    /// What may be is not said to be.
    @Test
    void conditionsAreNoFacts() {
        nobody("If you have vertigo or palpitations call Maria Gomez");
        nobody("Cuando haya vértigo llame a Pedro Salas");
        somebody("Call if it gets worse. Maria Gomez has carcinoma");
        somebody("Maria Gomez called with vertigo and palpitations");
        somebody("Mr. Ortega is living with HIV");
        somebody("Maria Gomez shows signs of meningitis");
        somebody("Pedro Salas tiene riesgo de meningitis");
        somebody("Pedro Salas vive con VIH");
        nobody("Talk by Pedro Salas: people living with HIV");
    }

    @Test
    void resultsAreFacts() {
        somebody("Dear Ms Gomez,\nyour mammogram was normal");
        somebody("Hi Maria,\nyour biopsy came back negative");
        nobody("Hi Maria,\nplease book the mammogram room");
    }

    /// The person is one of the house if his task stands behind his name.
    @Test
    void whoWorksHereIsNoPatient() {
        nobody("Maria Gomez, lab manager, asks for meningitis kits");
        nobody("Pedro Salas, contabilidad: meningitis, hepatitis");
        somebody("Maria Gomez, meningitis, transferred");
    }

    /// Whoever a sentence begins with is told of.
    @Test
    void aFirstNameAloneIsSomebody() {
        somebody("Brenda stopped her lithium and is hearing voices");
        somebody("Brenda has seizures again");
        nobody("Ask Brenda about the seizures leaflet");
    }

    @Test
    void initialsWithAPointBeginAName() {
        somebody("Call in for P. Quandrell: Zofran 4, vomiting");
    }

    @Test
    void whatSomebodyHasIsHis() {
        somebody("Quandrell's Bactrim gave her hives");
        nobody("Women's health: stroke and pregnancy");
        somebody("Maria Gomez says her knee hurts");
        nobody("Maria Gomez sells knee braces");
    }

    /// Beds, names, and what is the matter: a list of a ward.
    @Test
    void whoLiesInABedIsAPatient() {
        somebody("12 Quandrell, COPD\n14 Ibarrola: pneumonia, sats 88");
        somebody("5A-1 Quandrell - chest tube out\n5A-2 Ibarrola - septic");
        nobody("12 Quandrell, cardiology\n14 Ibarrola, desk");
        nobody("1. Quandrell on stroke\n2. Ibarrola on asthma");
        nobody("12 Quandrell, COPD posters");
    }

    /// Nobody lives where nothing is said of him.
    @Test
    void whatIsSaidBehindAnAddressIsOfWhoLivesThere() {
        somebody("12 Maple Street, ulcers on both legs, swollen, infected");
        nobody("Dialysis, 12 Maple Street");
    }

    /// Small letters are usual on the telephone.
    @Test
    void titlesAnnounceNamesInSmallLetters() {
        somebody("mr quandrell k+ 2.9, vomiting");
    }

    /// One word can say that a text is for many.
    @Test
    void noticesAreForMany() {
        nobody("Newsletter: Maria Gomez on seizures and vertigo");
        nobody("Volunteers wanted: Maria Gomez speaks of seizures and vertigo");
    }

    /// Whoever is told of his own health is told so above the footer of a newsletter as well.
    @Test
    void aFooterOutweighsNoResult() {
        somebody("Dear Ms Gomez,\nyour biopsy came back positive.\n\nSee our newsletter");
        somebody("Congratulations Ms Gomez, your pregnancy test is positive");
    }

    /// A value or a dose beside a person is his, whatever else the text is about.
    @Test
    void noNoticeHidesAValueOrADose() {
        somebody("Mr. Ortega: wound is closed. A1c 9.1, metformin 500 mg twice daily");
        somebody("Mr. Ortega: A1c 9.1, metformin 500 mg daily. Volunteers, newsletter, webinar");
        somebody("Maria Gomez, egg donation: estradiol 250 mg, our patients sign up");
        nobody("Newsletter: Maria Gomez speaks of seizures");
    }

    /// What others wrote, and what stands below every message, says nothing of this one.
    @Test
    void noNoticeIsTakenFromAQuoteOrASignature() {
        somebody("Maria Gomez has seizures, vertigo\n> Newsletter, webinar, volunteers");
        somebody("Maria Gomez has seizures, vertigo\n-- \nNewsletter, webinar, volunteers");
        nobody("Maria Gomez has seizures, vertigo\nNewsletter, webinar, volunteers");
    }

    /// Name, number and address of one person together say no more than one of them.
    @Test
    void weakIdentifiersCountOnce() {
        nobody("Maria Gomez, 12 Maple Street, (617) 555-0142, vaccine");
    }

    private static void somebody(String text) {
        assertTrue(score(text) >= USUAL, () -> text + ": " + score(text));
    }

    private static void nobody(String text) {
        int score = score(text);
        assertEquals(Math.min(score, USUAL - 1), score, text);
    }

    private static int score(String text) {
        Scan scan = new Scan(2026);
        scan.read(text);
        return scan.result(true).score();
    }
}
