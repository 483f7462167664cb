package org.postern.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.mail.Address;
import org.postern.policy.Decision;
import org.postern.policy.Hearing;
import org.postern.policy.Ruling;
import org.postern.spool.QueuedMessage;
import org.postern.spool.RecipientState;
import org.postern.spool.RecipientState.Held;
import org.postern.testkit.SampleHolds;
import org.postern.testkit.SampleMail;

class QueueFilterTest {
    private static final String PRIVACY = "lists/privacy.txt";

    /// Held for one recipient each, and decided about by these lists; null by command alone.
    private static QueuedMessage held(@Nullable String... lists) {
        Map<Address, RecipientState> states = new LinkedHashMap<>();
        for (String list : lists) {
            states.put(
                    Address.of("p" + states.size() + "@x.example"),
                    SampleHolds.held("Why.", "rule of " + list, SampleHolds.asking(list)));
        }
        return SampleHolds.of(SampleHolds.id(1), states);
    }

    /// As the other side of the socket understands it.
    private static QueueFilter asked(String list) throws Exception {
        QueueFilter said = new QueueFilter(null, null, null, null, null, null, list).held();
        QueueFilter meant = QueueFilter.of(said.json());
        assertEquals(said, meant);
        return meant;
    }

    @ParameterizedTest
    @CsvSource({
        "lists/privacy.txt, true",
        "privacy, true",
        "Privacy, true",
        "LISTS/PRIVACY.TXT, true",
        "privacy.txt, false",
        "priv, false",
        "other/privacy.txt, false",
        "billing, false",
    })
    void aListIsMeantByItsNameOrAsThePageShowsIt(String list, boolean meant) throws Exception {
        assertEquals(meant, asked(list).matches(held(PRIVACY), Instant.EPOCH));
        assertEquals(meant, asked(list).matches(held("lists/others.txt", PRIVACY), Instant.EPOCH));
        assertEquals(false, asked(list).matches(held((String) null), Instant.EPOCH));
    }

    @Test
    void aDecisionAboutOneListIsNotAboutWhatOthersDecide() throws Exception {
        assertEquals(Optional.empty(), asked("privacy").otherHold(held(PRIVACY, PRIVACY)));
        assertEquals(
                Optional.of("rule of lists/others.txt"),
                asked("privacy").otherHold(held(PRIVACY, "lists/others.txt")));
        assertEquals(Optional.of("rule of null"), asked("privacy").otherHold(held(PRIVACY, null)));
    }

    /// An earlier release wrote down the rule's decision alone. It is shown with who decides, and
    /// so it is found by that.
    @Test
    void whatWasHeldWithoutAReviewIsFoundAsItIsShown() throws Exception {
        Hearing hearing = SampleHolds.asking(PRIVACY);
        Address to = SampleMail.PATIENT;
        Decision.Hold hold = new Decision.Hold("Why.", hearing);
        QueuedMessage old =
                new QueuedMessage(
                        SampleHolds.id(1),
                        Instant.EPOCH,
                        SampleMail.envelope(to),
                        new Ruling(List.of(new Ruling.ForRecipient(to, hold, "many"))),
                        10,
                        Map.of(to, new Held("Why.")));
        assertEquals("many", QueueView.of(old).at("/recipients/0/review/rule").asText());
        QueueFilter rule = new QueueFilter(null, null, "held", null, null, "many", null);
        for (QueueFilter each : List.of(asked("privacy"), rule)) {
            assertEquals(true, each.matches(old, Instant.EPOCH));
            assertEquals(Optional.empty(), each.otherHold(old));
        }
        QueueFilter other = new QueueFilter(null, null, "held", null, null, "other", null);
        assertEquals(Optional.of("many"), other.otherHold(old));
    }

    /// What the page offers is what the command takes.
    @Test
    void whatThePageShowsIsAWordOfTheCommand() {
        Stream.of(PRIVACY, "privacy", "lists/a.b/many people.yaml", "LISTS/x.TXT")
                .map(SampleHolds::asking)
                .forEach(it ->
                        assertEquals(true, it.asks(Hearing.listWords(it.asked().orElseThrow()))));
    }
}
