package org.postern.approval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.language.Language;
import org.postern.language.Languages;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState.Review;
import org.postern.testkit.SampleMail;

class LetterPageTest {
    private static final Texts TEXTS = Languages.shipped().in(Language.ENGLISH);
    private static final Review ONE =
            Review.of(
                    "two look",
                    new Hearing("privacy", null, Hearing.AtEnd.REJECT, true),
                    Instant.EPOCH,
                    Set.of());

    private static List<String> agreed(List<Map<String, String>> words) {
        return LetterPage.agreed(TEXTS, ONE, words.stream().map(ONE::with).toList());
    }

    /// Both began when the message came. All that one of them holds is agreed about.
    @Test
    void whatAnotherRuleHoldsIsNoPartOfIt() {
        Map<String, String> root = Map.of("root", "release");
        Hearing alone = new Hearing("privacy", null, Hearing.AtEnd.REJECT, false);
        Review other = Review.of("one looks", alone, ONE.since(), Set.of());
        assertEquals(
                List.of("root agreed: release"),
                LetterPage.agreed(TEXTS, ONE, List.of(ONE.with(root), other)));
        assertEquals(
                List.of("root agreed: release"),
                LetterPage.agreed(
                        TEXTS, ONE, List.of(ONE.with(root).whenTold(), ONE.with(root), other)));
    }

    /// A copy that a rule makes is no recipient of the letter. Where it waits alone, it is what the
    /// decision is about.
    @Test
    void copiesAreNoRecipientsOfALetter() {
        Address archive = Address.of("archive@keeper.example");
        List<Address> both = List.of(SampleMail.PATIENT, archive);
        Decision hold = new Decision.Hold("x");
        QueuedMessage message =
                new QueuedMessage(
                        new QueueId("0123456789ABCDEF"),
                        Instant.EPOCH,
                        SampleMail.envelope(SampleMail.PATIENT, archive),
                        new Ruling(
                                List.of(new Ruling.ForRecipient(SampleMail.PATIENT, hold, "one")),
                                List.of(new Ruling.ForRecipient(archive, hold, "one")),
                                ""),
                        10,
                        Map.of());
        assertEquals(List.of(SampleMail.PATIENT), LetterPage.shown(message, both));
        assertEquals(List.of(archive), LetterPage.shown(message, List.of(archive)));
    }

    @Test
    void whoAgreedAboutAllIsNamedOnce() {
        Map<String, String> sam = Map.of("sam@x.example", "release");
        assertEquals(List.of("sam@x.example agreed: release"), agreed(List.of(sam, sam)));
        assertEquals(List.of(), agreed(List.of(Map.of(), Map.of())));
    }

    /// By a command about one domain: the first recipient does not stand for the others.
    @Test
    void whoAgreedAboutAPartIsNamedWithItsSize() {
        Map<String, String> root = Map.of("root", "release");
        assertEquals(
                List.of(
                        "root agreed about some recipients (2/3): release",
                        "sam@x.example agreed about some recipients (1/3): send by tls"),
                agreed(
                        List.of(
                                Map.of(),
                                root,
                                Map.of("root", "release", "sam@x.example", "send by tls"))));
    }
}
