package org.postern.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.dkim.SigningKey;
import org.postern.mail.Domain;
import org.postern.testkit.FakeResolver;
import org.postern.testkit.FakeZone;

/// T29: what a domain publishes, and whether a forged notice is refused by it.
class DomainRecordsTest {
    private static final Domain CLINIC = new Domain("mail.clinic.example");
    private static final SigningKey KEY = key();

    private final FakeZone zone = new FakeZone();

    private static SigningKey key() {
        try {
            return new SigningKey(
                    new Domain("p1-ed25519"),
                    KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Finding.State> look(List<SigningKey> keys) {
        return new DomainRecords(new FakeResolver(zone))
                .of(CLINIC, keys).stream().map(Finding::state).toList();
    }

    private FakeZone good() {
        return zone.txt("_dmarc.mail.clinic.example", "v=DMARC1; p=reject; rua=mailto:d@x.example")
                .txt("mail.clinic.example", "v=spf1 ip4:192.0.2.1 -all")
                .txt("mail.clinic.example", "some-other-proof=1")
                .txt(KEY.recordName(CLINIC), KEY.record())
                .txt("_mta-sts.mail.clinic.example", "v=STSv1; id=1");
    }

    @Test
    void allIsWell() {
        good();
        assertEquals(
                List.of(
                        Finding.State.GOOD,
                        Finding.State.GOOD,
                        Finding.State.GOOD,
                        Finding.State.GOOD),
                look(List.of(KEY)));
    }

    @Test
    void nothingIsPublished() {
        assertEquals(
                List.of(
                        Finding.State.BAD,
                        Finding.State.BAD,
                        Finding.State.BAD,
                        Finding.State.WEAK),
                look(List.of(KEY)));
        good();
        assertEquals(Finding.State.BAD, look(List.of()).get(2), "mail is not signed");
    }

    @ParameterizedTest
    @CsvSource({
        "v=DMARC1; p=reject, GOOD",
        "v=DMARC1; p=REJECT; pct=100, GOOD",
        "v=DMARC1; p=reject; pct=50, WEAK",
        "v=DMARC1; p=quarantine, WEAK",
        "v=DMARC1; p=none, BAD",
        "v=DMARC1; rua=mailto:d@x.example, BAD",
        "v=spf1 -all, BAD" // no DMARC record at all
    })
    void dmarc(String record, Finding.State wanted) {
        zone.txt("_dmarc.mail.clinic.example", record);
        assertEquals(wanted, look(List.of()).getFirst());
    }

    /// The record of the domain above counts, with what it says of those below.
    @Test
    void dmarcOfTheDomainAbove() {
        zone.txt("_dmarc.clinic.example", "v=DMARC1; p=none; sp=reject");
        assertEquals(Finding.State.GOOD, look(List.of()).getFirst());
        zone.txt("_dmarc.mail.clinic.example", "v=DMARC1; p=none");
        assertEquals(Finding.State.BAD, look(List.of()).getFirst());
    }

    @ParameterizedTest
    @CsvSource({
        "v=spf1 mx -all, GOOD",
        "v=spf1 mx ~ALL, GOOD",
        "v=spf1 redirect=_spf.clinic.example, GOOD",
        "v=spf1 mx, WEAK",
        "v=spf1 mx ?all, WEAK",
        "v=spf1 +all, BAD"
    })
    void spf(String record, Finding.State wanted) {
        zone.txt("mail.clinic.example", record);
        assertEquals(wanted, look(List.of()).get(1));
    }

    @Test
    void anotherKeyThanTheOneThatSigns() {
        zone.txt(KEY.recordName(CLINIC), key().record());
        assertEquals(Finding.State.BAD, look(List.of(KEY)).get(2));
    }

    @Test
    void twoRecordsInThePlaceOfOne() {
        good().txt("_dmarc.mail.clinic.example", "v=DMARC1; p=reject")
                .txt("mail.clinic.example", "v=spf1 -all");
        assertEquals(
                List.of(Finding.State.BAD, Finding.State.BAD), look(List.of(KEY)).subList(0, 2));
    }

    @Test
    void whatNobodyKnowsIsNotGood() {
        good().trouble("_dmarc.mail.clinic.example", FakeZone.Trouble.FAILS);
        List<Finding> findings = new DomainRecords(new FakeResolver(zone)).of(CLINIC, List.of(KEY));
        assertEquals(Finding.State.UNKNOWN, findings.getFirst().state());
        assertTrue(findings.getFirst().isWrong());
        assertFalse(findings.get(1).isWrong());
    }
}
