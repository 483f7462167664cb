package org.postern.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PatientCheckTest {
    private static void date(String answer, String... meant) {
        assertEquals(List.of(meant), PatientCheck.BIRTH_DATE.readings(answer), answer);
    }

    private static void pin(String answer, String... meant) {
        assertEquals(List.of(meant), PatientCheck.PIN.readings(answer), answer);
    }

    @Test
    void birthDatesAreReadAsPeopleWriteThem() {
        date("1972-04-09", "1972-04-09");
        date("1972/4/9", "1972-04-09");
        date("04/09/1972", "1972-04-09", "1972-09-04");
        date("4-9-1972", "1972-04-09", "1972-09-04");
        date("04.09.1972", "1972-04-09", "1972-09-04");
        date("04 09 1972", "1972-04-09", "1972-09-04");
        date("  04091972 ", "1972-04-09", "1972-09-04");
        date("12/25/1972", "1972-12-25");
        date("25/12/1972", "1972-12-25"); // day first, as in Spanish
        date("25121972", "1972-12-25");
        date("19720409", "1972-04-09");
        date("19102010", "2010-10-19"); // not the 20th month of 1910
        date("20101112", "2010-11-12");
        date("02/02/1972", "1972-02-02");
        date("29/02/2000", "2000-02-29");
    }

    @Test
    void whatIsNoBirthDateMeansNothing() {
        date("");
        date("yes");
        date("4/9/72"); // which century?
        date("13/13/1972");
        date("00/00/0000");
        date("29/02/1900"); // no leap year
        date("04/09/1872"); // nobody is that old
        date("04/09/2172");
        date("4/9/1972/1");
        date("１２/25/1972"); // digits of another script
        date("-4-9-1972");
        date("1".repeat(100_000));
    }

    @Test
    void pinsAreReadAsPeopleWriteThem() {
        pin("482113", "482113");
        pin(" 482-113 ", "482113");
        pin("482 113", "482113");
        pin("0000", "0000");
        pin("123456789012", "123456789012");
        pin("123");
        pin("1234567890123");
        pin("48211a");
        pin("");
    }
}
