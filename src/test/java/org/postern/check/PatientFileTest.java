package org.postern.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.check.PatientCheck.BIRTH_DATE;
import static org.postern.check.PatientCheck.PIN;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.Address;
import org.postern.testkit.TestVault;
import org.postern.vault.Vault;

class PatientFileTest {
    private static final Address MARIA = Address.of("maria@patients.example");
    private static final Address JOHN = Address.of("john@patients.example");
    private static final Vault VAULT = TestVault.one();

    @TempDir Path data;

    private Path file() {
        return data.resolve("patients");
    }

    private PatientFile open() throws IOException {
        return PatientFile.open(file(), VAULT);
    }

    private void add(Address patient, PatientCheck check, String value) throws IOException {
        PatientFile.add(file(), VAULT, new PatientFile.Fact(patient, check, value));
    }

    private String importing(String csv) {
        return String.valueOf(
                assertThrows(IOException.class, () -> PatientImport.read(csv(csv), file(), VAULT))
                        .getMessage());
    }

    private Path csv(String text) throws IOException {
        return Files.writeString(data.resolve("patients.csv"), text);
    }

    @Test
    void rightAnswersMatchAndWrongOnesDoNot() throws IOException {
        add(MARIA, BIRTH_DATE, "1972-04-09");
        add(JOHN, PIN, "482113");
        PatientFile patients = open();
        assertTrue(patients.knows(MARIA, BIRTH_DATE));
        assertTrue(patients.knows(JOHN, PIN));
        for (String right : List.of("1972-04-09", "04/09/1972", "9/4/1972", "09041972")) {
            assertTrue(patients.matches(MARIA, BIRTH_DATE, right), right);
        }
        for (String wrong : List.of("1972-04-10", "1972-09-04", "", "x", "482113")) {
            assertFalse(patients.matches(MARIA, BIRTH_DATE, wrong), wrong);
        }
        assertTrue(patients.matches(JOHN, PIN, "482 113"));
        assertFalse(patients.matches(JOHN, PIN, "482114"));
        assertFalse(patients.matches(JOHN, BIRTH_DATE, "482113"));
        assertFalse(patients.matches(MARIA, PIN, "482113"));
        assertFalse(patients.matches(JOHN, BIRTH_DATE, "1972-04-09"), "of another patient");
    }

    @Test
    void theLanguageOfAPatientIsKept() throws IOException {
        add(MARIA, PIN, "482113");
        PatientFile patients = open();
        assertEquals(Optional.empty(), patients.language(MARIA));
        PatientFile.addLanguage(file(), MARIA, "es");
        PatientFile.addLanguage(file(), Address.of("MARIA@patients.example"), "ar");
        assertEquals(Optional.of("ar"), open().language(MARIA));
        assertTrue(open().matches(MARIA, PIN, "482113"), "what was there is lost");
        add(MARIA, PIN, "111111");
        assertEquals(Optional.of("ar"), open().language(MARIA));
        for (String wrong : List.of("", "spanish", "ES", "e1")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> PatientFile.addLanguage(file(), MARIA, wrong));
        }
        PatientImport.read(csv("language,address\nvi,john@patients.example\n"), file(), VAULT);
        assertEquals(Optional.of("vi"), open().language(JOHN));
        String said = importing("address,language\njohn@patients.example,Viet\n");
        assertTrue(said.contains(":2: write a language as two small letters"), said);
    }

    @Test
    void anUnknownPatientHasNoCheckAndNoRightAnswer() throws IOException {
        PatientFile patients = open();
        assertFalse(patients.knows(MARIA, BIRTH_DATE));
        assertFalse(patients.matches(MARIA, BIRTH_DATE, "1972-04-09"));
        assertFalse(patients.matches(MARIA, PIN, ""));
    }

    @Test
    void caseOfTheAddressDoesNotCountAndThePinComesFirst() throws IOException {
        add(MARIA, BIRTH_DATE, "1972-04-09");
        Address shouted = Address.of("MARIA@Patients.example");
        add(shouted, PIN, "4821");
        PatientFile patients = open();
        assertTrue(patients.knows(MARIA, PIN));
        assertTrue(patients.matches(MARIA, PIN, "4821"));
        assertTrue(patients.matches(shouted, BIRTH_DATE, "1972-04-09"));
        add(MARIA, PIN, "9999");
        assertFalse(patients.matches(MARIA, PIN, "4821"), "the old PIN is gone");
        assertTrue(patients.matches(MARIA, PIN, "9999"));
        assertEquals(2, Files.readAllLines(file()).size());
    }

    @Test
    void theFileIsClosedToOthersAndHoldsNoFact() throws IOException {
        add(MARIA, BIRTH_DATE, "1972-04-09");
        add(JOHN, BIRTH_DATE, "1972-04-09");
        String text = Files.readString(file());
        // Four digits alone may well stand in a hash.
        assertFalse(text.contains("1972-04-09") || text.contains("19720409"));
        List<String> lines = text.lines().toList();
        String hash = lines.getFirst().substring(lines.getFirst().lastIndexOf(';'));
        assertFalse(
                lines.getLast().contains(hash), "the same date of two patients looks different");
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        Vault other = TestVault.newVault();
        assertFalse(
                PatientFile.open(file(), other).matches(MARIA, BIRTH_DATE, "1972-04-09"),
                "without the keystore nobody can even guess");
    }

    /// A line that was copied to another patient or to another check proves nothing there.
    @Test
    void aHashIsGoodForItsPatientAndCheckAlone() throws IOException {
        add(MARIA, PIN, "19720409");
        String line = Files.readString(file());
        Files.writeString(
                file(), line.replace("maria", "john") + line.replace(";pin;", ";birth-date;"));
        PatientFile patients = open();
        assertFalse(patients.matches(JOHN, PIN, "19720409"));
        assertFalse(patients.matches(MARIA, BIRTH_DATE, "1972-04-09"));
    }

    @Test
    void aChangeIsReadAndABadOneIsNotTaken() throws IOException {
        PatientFile patients = open();
        add(MARIA, BIRTH_DATE, "1972-04-09");
        assertTrue(patients.matches(MARIA, BIRTH_DATE, "1972-04-09"), "the file came later");
        String good = Files.readString(file());
        Files.writeString(file(), good + "nonsense\n");
        assertTrue(patients.matches(MARIA, BIRTH_DATE, "1972-04-09"), "the old facts stay");
        Files.delete(file());
        assertTrue(patients.matches(MARIA, BIRTH_DATE, "1972-04-09"), "the old facts stay");
        Files.writeString(file(), "# nobody left\n\n");
        assertFalse(patients.matches(MARIA, BIRTH_DATE, "1972-04-09"));
    }

    @Test
    void aBadLineIsNamed() throws IOException {
        String hash = "ab".repeat(32);
        for (String bad :
                List.of(
                        "nonsense",
                        "maria@patients.example;pin",
                        "maria;pin;" + hash,
                        "maria@patients.example;shoe-size;" + hash,
                        "maria@patients.example;pin;abc",
                        "maria@patients.example;pin;abcd",
                        "maria@patients.example;pin;" + hash + ";",
                        "maria@patients.example;pin;%s\nMaria@patients.example;pin;%s"
                                .formatted(hash, hash))) {
            Files.writeString(file(), "# first\n" + bad + "\n");
            String message = assertThrows(IOException.class, this::open).toString();
            assertTrue(message.contains("patients:" + (bad.contains("\n") ? 3 : 2)), message);
            assertThrows(IOException.class, () -> add(MARIA, PIN, "4821"), "nothing is repaired");
        }
        Files.write(file(), new byte[] {(byte) 0xFF, (byte) 0xFE});
        assertThrows(IOException.class, this::open);
    }

    @Test
    void linesForPeopleStay() throws IOException {
        Files.writeString(file(), "# from the front desk\n\n");
        add(MARIA, PIN, "4821");
        add(MARIA, PIN, "4822");
        List<String> lines = Files.readAllLines(file());
        assertEquals(List.of("# from the front desk", ""), lines.subList(0, 2));
        assertEquals(3, lines.size());
    }

    @Test
    void factsAreChecked() {
        for (String bad : List.of("04/09/1972", "1972-4-9", "1972-02-30", "", "19720409")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new PatientFile.Fact(MARIA, BIRTH_DATE, bad),
                    bad);
        }
        for (String bad : List.of("123", "abcd", "")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new PatientFile.Fact(MARIA, PIN, bad),
                    bad);
        }
        assertFalse(new PatientFile.Fact(MARIA, PIN, "4821").toString().contains("4821"));
    }

    @Test
    void aCsvFileIsImported() throws IOException {
        String csv =
                """
                \uFEFFpin,address,birth-date\r
                ,maria@patients.example,1972-04-09\r
                "4821","john@patients.example","1980-01-31"\r
                \r
                """;
        assertEquals(3, PatientImport.read(csv(csv), file(), VAULT));
        PatientFile patients = open();
        assertTrue(patients.matches(MARIA, BIRTH_DATE, "1972-04-09"));
        assertTrue(patients.matches(JOHN, PIN, "4821"));
        assertTrue(patients.matches(JOHN, BIRTH_DATE, "31/01/1980"));
    }

    @Test
    void aMobileNumberIsSealedAndReadAgain() throws IOException {
        String csv = "address,mobile\nmaria@patients.example,+1 (555) 010-0199\n";
        assertEquals(1, PatientImport.read(csv(csv), file(), VAULT));
        PatientFile patients = open();
        assertEquals(Optional.of("+15550100199"), patients.number(MARIA));
        assertEquals(Optional.empty(), patients.number(JOHN));
        String kept = Files.readString(file());
        assertFalse(kept.contains("0100199"), kept);
        // A line that was moved to another patient does not open there.
        Files.writeString(file(), kept.replace("maria@", "john@"));
        assertEquals(Optional.empty(), open().number(JOHN));
        assertTrue(
                importing("address,mobile\nmaria@patients.example,555-0199\n")
                        .contains("write a mobile number as +1 555 010 0199"));
    }

    @Test
    void aBadCsvFileIsRefusedWhole() throws IOException {
        String message =
                importing(
                        """
                        address,birth-date,pin
                        maria@patients.example,1972-04-09,
                        maria,1972-04-09,
                        john@patients.example,9.4.1972,
                        john@patients.example,,12
                        john@patients.example,,
                        john@patients.example
                        """);
        assertTrue(message.contains("csv:3: this is no address"), message);
        assertTrue(message.contains("csv:4: write a birth date as 1972-04-09"), message);
        assertTrue(message.contains("csv:5: a PIN has 4 to 12 digits"), message);
        assertTrue(message.contains("csv:6: no birth date, no PIN and no mobile number"), message);
        assertTrue(message.contains("csv:7: 1 fields, but 3 columns"), message);
        assertTrue(message.endsWith("nothing added"), message);
        assertFalse(message.contains("9.4.1972"), "values are not shown");
        assertFalse(Files.exists(file()));
        assertTrue(importing("").contains("empty"));
        assertTrue(importing("name,pin\n").contains("csv:1: expected the columns"));
        assertTrue(importing("address,pin,pin\n").contains("csv:1: expected the columns"));
        assertTrue(importing("address,pin\n" + "x,1\n".repeat(50)).contains("and 30 more"));
        assertThrows(
                IOException.class,
                () -> PatientImport.read(data.resolve("missing.csv"), file(), VAULT));
    }
}
