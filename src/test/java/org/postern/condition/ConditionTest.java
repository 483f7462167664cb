package org.postern.condition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.facts.Attachment;
import org.postern.facts.Attachment.Lock;
import org.postern.facts.Entry;
import org.postern.facts.Facts;
import org.postern.facts.FileKind;
import org.postern.facts.Makeup;
import org.postern.facts.Origin;
import org.postern.facts.Origin.Verdict;
import org.postern.facts.Phi;
import org.postern.facts.PhiKind;
import org.postern.facts.Reach;
import org.postern.facts.Reach.Answer;
import org.postern.facts.Reach.Means;
import org.postern.facts.SmimeLabel;
import org.postern.facts.Subject;
import org.postern.mail.Address;
import org.postern.mail.Listener;
import org.postern.mime.FileName;
import org.postern.testkit.SampleFacts;

/// What the conditions ask of a message's parts, its origin and its hour.
class ConditionTest {
    private static final Address PATIENT = Address.of("maria@mail.example");
    private static final Attachment ARCHIVE =
            new Attachment("Results 2026.zip", FileKind.ZIP, 5_000, Lock.LOCKED);
    private static final Attachment LETTER =
            new Attachment("letter.pdf", FileKind.PDF, 90_000, Lock.OPEN);
    private static final Attachment OLD =
            new Attachment("list.xls", FileKind.OLE, 90_000, Lock.UNKNOWN);

    @Test
    void allThatIsAskedIsAskedOfOneFile() {
        FileTest locked = new FileTest(Set.of(), List.of(), Optional.empty(), true);
        assertEquals(Match.DOUBTFUL_YES, file(locked, ARCHIVE, LETTER), "a mark is a claim");
        assertEquals(Match.NO, file(locked, LETTER));
        assertEquals(Match.DOUBTFUL_YES, file(locked, LETTER, OLD));
        FileTest large =
                new FileTest(
                        Set.of(FileKind.ZIP),
                        List.of(),
                        Optional.of(new Comparison(Comparison.Sign.MORE, 6_000)),
                        false);
        assertEquals(Match.NO, file(large, ARCHIVE, LETTER), "one is a zip, the other is large");
        assertEquals(Match.NO, file(locked), "no file at all");
    }

    @Test
    void filesThatWereNotSeenCountAsPresent() {
        Condition any = new Condition.AttachmentHas(named());
        Facts unseen = facts(new Makeup(1, SmimeLabel.NONE, List.of(), false));
        assertEquals(Match.DOUBTFUL_YES, any.test(unseen, PATIENT));
        assertEquals(Match.DOUBTFUL_NO, new Condition.Not(any).test(unseen, PATIENT));
        Facts one = facts(new Makeup(1, SmimeLabel.NONE, List.of(LETTER), false));
        assertEquals(Match.YES, any.test(one, PATIENT), "a certain yes settles it");
    }

    @Test
    void starsStandForAnything() {
        named(true, "*.pdf", "letter.*", "letter.pdf", "LETTER.PDF", "*", "*tt*p*", "l*r*f");
        named(false, "*.exe", "letter", "pdf", "*letter", "letter.pdf.*", "le*le*pdf", "");
    }

    /// Names are kept made harmless (`mime.FileName`), and patterns are compared in that form.
    @Test
    void patternsAreMadeHarmlessAsNamesAre() {
        for (String name : List.of("R&D's list.pdf", "Mu\u0308ller.pdf", "50% off.pdf")) {
            String kept = FileName.sanitise(name).orElseThrow();
            Attachment file = new Attachment(kept, FileKind.PDF, 1, Lock.OPEN);
            assertEquals(Match.YES, named(name).of(file), kept);
        }
        String unread = FileName.sanitise("=?x-none?B?AAAA?=").orElseThrow();
        Attachment file = new Attachment(unread, FileKind.PDF, 1, Lock.OPEN);
        assertEquals(Match.DOUBTFUL_YES, named("*.exe").of(file));
    }

    @Test
    void whatNobodyLookedAtIsNotKnown() {
        Condition fail =
                new Condition.OriginHas(new OriginTest(Set.of(), Set.of(), Set.of(Verdict.FAIL)));
        Facts inbound =
                SampleFacts.of(
                        SampleFacts.entry(Listener.INBOUND, PATIENT),
                        List.of(PATIENT),
                        Subject.of(""),
                        Facts.Fields.of(List.of()));
        assertEquals(Match.DOUBTFUL_NO, fail.test(inbound, PATIENT));
        assertEquals(Match.NO, fail.test(subject(Subject.of("")), PATIENT));
    }

    @Test
    void aLabelIsAClaim() {
        Condition encrypted = new Condition.SmimeIs(Set.of(SmimeLabel.ENCRYPTED));
        Condition none = new Condition.SmimeIs(Set.of(SmimeLabel.NONE));
        Facts labelled = facts(new Makeup(1, SmimeLabel.ENCRYPTED, List.of(), false));
        Facts plain = facts(new Makeup(1, SmimeLabel.NONE, List.of(), true));
        assertEquals(Match.DOUBTFUL_YES, encrypted.test(labelled, PATIENT));
        assertEquals(Match.DOUBTFUL_NO, none.test(labelled, PATIENT));
        assertEquals(Match.NO, encrypted.test(plain, PATIENT));
        assertEquals(Match.YES, none.test(plain, PATIENT));
    }

    @Test
    void originsAreAskedByMethod() {
        Origin origin =
                new Origin(
                        new Origin.Spf(Verdict.SOFTFAIL, Origin.Spf.Identity.MAILFROM, null),
                        List.of(
                                new Origin.Dkim(Verdict.FAIL, null, "", ""),
                                new Origin.Dkim(Verdict.PASS, null, "", "")),
                        new Origin.Dmarc(Verdict.PASS, null, Origin.Dmarc.Policy.NONE));
        Set<Verdict> any = Set.of();
        Set<Verdict> pass = Set.of(Verdict.PASS);
        assertTrue(new OriginTest(any, pass, pass).passes(Optional.of(origin)));
        assertFalse(new OriginTest(pass, pass, pass).passes(Optional.of(origin)));
        assertFalse(new OriginTest(any, any, pass).passes(Optional.empty()));
        assertTrue(new OriginTest(any, any, Set.of(Verdict.NONE)).passes(Optional.empty()));
        assertEquals(
                "spf softfail, dkim fail or pass, dmarc pass",
                OriginTest.found(Optional.of(origin)));
    }

    /// More text may add a patient, or tell that all of it is about many.
    @Test
    void whatCouldNotBeReadLeavesFiguresInDoubt() {
        PhiTest many = phi(Comparison.Sign.MORE, 20);
        PhiTest few = phi(Comparison.Sign.AT_MOST, 20);
        assertEquals(Match.YES, many.of(found(21, true)));
        assertEquals(Match.NO, many.of(found(20, true)));
        assertEquals(Match.DOUBTFUL_YES, many.of(found(21, false)));
        assertEquals(Match.DOUBTFUL_NO, many.of(found(3, false)));
        assertEquals(Match.YES, few.of(found(20, true)));
        assertEquals(Match.DOUBTFUL_YES, few.of(found(3, false)));
        assertEquals(Match.DOUBTFUL_NO, few.of(found(21, false)));
        PhiTest ssn = new PhiTest(Optional.empty(), Optional.empty(), Set.of(PhiKind.SSN), false);
        assertEquals(Match.NO, ssn.of(found(3, true)));
        assertEquals(Match.DOUBTFUL_NO, ssn.of(found(3, false)));
        PhiTest unread = new PhiTest(Optional.empty(), Optional.empty(), Set.of(), true);
        assertEquals(Match.YES, unread.of(found(3, false)));
        assertEquals(Match.NO, unread.of(found(3, true)));
    }

    @Test
    void whatWasFoundIsSaidOfOneAndOfMany() {
        assertEquals("score 30, 1 patient: 1 mrn", PhiTest.found(found(1, true)));
        assertEquals("score 30, 2 patients: 2 mrn", PhiTest.found(found(2, true)));
    }

    private static PhiTest phi(Comparison.Sign sign, int patients) {
        return new PhiTest(
                Optional.empty(), Optional.of(new Comparison(sign, patients)), Set.of(), false);
    }

    private static Phi found(int patients, boolean inspected) {
        return new Phi(30, patients, Map.of(PhiKind.MRN, patients), inspected);
    }

    @Test
    void hoursMayPassMidnight() {
        TimeTest night =
                new TimeTest(Set.of(DayOfWeek.FRIDAY), LocalTime.of(18, 0), LocalTime.of(8, 0));
        at(false, night, "2026-01-09T17:59:59");
        at(true, night, "2026-01-09T18:00");
        at(true, night, "2026-01-10T07:59:59");
        at(false, night, "2026-01-10T08:00");
        at(false, night, "2026-01-10T18:00");
        at(false, night, "2026-01-09T07:00");
        TimeTest day = new TimeTest(Set.of(), LocalTime.of(8, 0), LocalTime.of(18, 0));
        at(true, day, "2026-01-10T08:00");
        at(false, day, "2026-01-10T18:00");
        TimeTest sunday = new TimeTest(Set.of(DayOfWeek.SUNDAY), LocalTime.MIN, LocalTime.MIN);
        at(true, sunday, "2026-01-11T00:00");
        at(true, sunday, "2026-01-11T23:59");
        at(false, sunday, "2026-01-12T00:00");
    }

    @Test
    void anUnreadableSubjectHasEveryWord() {
        Condition lab = new Condition.SubjectText(TextTest.Matches.of("\\blab\\b"));
        assertEquals(Match.YES, lab.test(subject(Subject.of("Your LAB results")), PATIENT));
        assertEquals(Match.NO, lab.test(subject(Subject.of("Collaboration")), PATIENT));
        assertEquals(Match.DOUBTFUL_YES, lab.test(subject(Subject.UNREADABLE), PATIENT));
        Condition noTag = new Condition.SubjectText(TextTest.Matches.of("^[^\\[]*$"));
        assertEquals(Match.DOUBTFUL_YES, noTag.test(subject(Subject.UNREADABLE), PATIENT));
    }

    /// CWE-1333: the classic of exponential time, over a text of a mebibyte.
    @Test
    void anExpressionTakesLinearTime() {
        TextTest evil = TextTest.Matches.of("(a+)+$|(a|aa)*b|(.*)*=(.*)*;");
        assertFalse(evil.passes("a".repeat(1 << 20) + "!"));
    }

    @Test
    void explanationsShowNeitherSubjectNorNames() {
        Facts facts =
                new Facts(
                        SampleFacts.entry(Listener.SUBMISSION, null),
                        List.of(PATIENT),
                        Subject.of("Maria's lab results"),
                        Facts.Fields.of(List.of()),
                        new Makeup(9_000, SmimeLabel.NONE, List.of(ARCHIVE), true),
                        SampleFacts.NO_PHI,
                        SampleFacts.INTERNAL);
        Condition both =
                new Condition.All(
                        List.of(
                                new Condition.SubjectText(new TextTest.Contains("lab")),
                                new Condition.AttachmentHas(
                                        new FileTest(
                                                Set.of(FileKind.ZIP),
                                                List.of(NamePattern.of("*.zip")),
                                                Optional.empty(),
                                                true))));
        assertEquals(
                "all of these (subject contains \"lab\": yes; attachment zip, named *.zip, under a"
                        + " password: yes, there is zip of 5000 octets under a password): yes",
                Reading.of(both, facts, PATIENT).sentence());
    }

    @Test
    void whatReachesARecipientIsKnownOrInDoubt() {
        can(Match.YES, Means.SMIME, Answer.CAN);
        can(Match.NO, Means.SMIME, Answer.CANNOT);
        can(Match.DOUBTFUL_NO, Means.TLS, Answer.SEEMS_NOT);
        can(Match.UNKNOWN, Means.TLS, Answer.UNKNOWN);
        can(Match.UNKNOWN, Means.TLS, Answer.NOT_ASKED);
        Condition any = new Condition.RecipientCan(Set.of(Means.SMIME, Means.TLS));
        assertEquals(Match.UNKNOWN, any.test(reach(Means.TLS, Answer.UNKNOWN), PATIENT));
        Facts certain = reach(Means.SMIME, Answer.CAN);
        assertEquals(Match.YES, any.test(certain, PATIENT), "whatever is not known besides");
        assertEquals(Match.NO, new Condition.Not(any).test(certain, PATIENT));
        assertEquals(
                "recipient can get smime or tls: yes, smime is possible, nobody was asked whether"
                        + " tls is possible",
                Reading.of(any, certain, PATIENT).sentence());
    }

    private static void can(Match expected, Means means, Answer answer) {
        Condition condition = new Condition.RecipientCan(Set.of(means));
        assertEquals(expected, condition.test(reach(means, answer), PATIENT));
    }

    private static Facts reach(Means means, Answer answer) {
        return subject(Subject.of(""))
                .with(
                        new Reach(
                                Map.of(means, Map.of(PATIENT.key(), answer)),
                                Answer.NOT_ASKED,
                                Optional.empty()));
    }

    private static Match file(FileTest test, Attachment... files) {
        Makeup makeup = new Makeup(1, SmimeLabel.NONE, List.of(files), true);
        return new Condition.AttachmentHas(test).test(facts(makeup), PATIENT);
    }

    private static FileTest named(String... patterns) {
        return new FileTest(
                Set.of(),
                Stream.of(patterns).map(NamePattern::of).toList(),
                Optional.empty(),
                false);
    }

    private static void named(boolean expected, String... patterns) {
        for (String pattern : patterns) {
            assertEquals(Match.of(expected), named(pattern).of(LETTER), pattern);
        }
    }

    private static void at(boolean expected, TimeTest test, String time) {
        assertEquals(expected, test.includes(LocalDateTime.parse(time)), time);
    }

    private static Facts subject(Subject subject) {
        return SampleFacts.of(entry(), List.of(PATIENT), subject, Facts.Fields.of(List.of()));
    }

    private static Facts facts(Makeup makeup) {
        return new Facts(
                entry(),
                List.of(PATIENT),
                Subject.of(""),
                Facts.Fields.of(List.of()),
                makeup,
                SampleFacts.NO_PHI,
                SampleFacts.INTERNAL);
    }

    private static Entry entry() {
        return SampleFacts.entry(Listener.SUBMISSION, Address.of("anna@clinic.example"));
    }
}
