package org.postern.transit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.config.PolicyText;
import org.postern.facts.Facts;
import org.postern.facts.PhiKind;
import org.postern.mail.Address;
import org.postern.mail.Arrival;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.membership.Memberships;
import org.postern.policy.Policy;
import org.postern.reach.Inquiry;
import org.postern.reach.ReachAsking;
import org.postern.testkit.FakeWays;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SampleFacts;

/// A message is looked at by the policy that rules it, while another one comes into force.
class OnePolicyTest {
    private static final String RULES =
            """
            rules:
              - { name: record, when: { phi: { has: mrn } }, then: { protect: [pickup] } }
              - { name: rest, then: { deliver: unprotected } }
            """;
    private static final Policy WITH_FORMS =
            PolicyText.policy("phi: { mrn: \"QZ[0-9]{7}\" }\n" + RULES);
    private static final Policy WITHOUT_FORMS = PolicyText.policy(RULES);
    private static final Policy ASKS_NOTHING =
            PolicyText.policy("rules:\n  - { name: rest, then: { deliver: unprotected } }\n");
    private static final Address LEE = Address.of("lee@far.example");
    private static final Envelope ENVELOPE =
            new Envelope(
                    new Arrival(Listener.RELAY, "192.0.2.1", null, null),
                    Address.of("ann@clinic.example"),
                    List.of(LEE));
    private static final Content MAIL =
            Content.of(
                    "From: ann@clinic.example\r\nSubject: x\r\n\r\nSee QZ1234567 please.\r\n"
                            .getBytes(US_ASCII));

    private static Inspection inspection(Policy inForce) {
        return new Inspection(
                Set.of(new Domain("clinic.example")),
                new Domain("gw.clinic.example"),
                Optional.empty(),
                Inspection.Wants.of(() -> inForce, () -> SampleFacts.NOON));
    }

    private static Facts facts(Policy inForce, Policy taken) throws Exception {
        ManualClock clock = ManualClock.atNoon();
        try (ReachAsking nowhere = FakeWays.nowhere(clock)) {
            Entrance entrance =
                    new Entrance(
                            inspection(inForce),
                            () -> inForce,
                            new Inquiry(Memberships.none(), nowhere),
                            Optional.empty(),
                            _ -> {});
            return assertInstanceOf(
                            Inspection.Acceptable.class, entrance.look(ENVELOPE, MAIL, taken))
                    .facts();
        }
    }

    @Test
    void aMessageIsLookedAtByThePolicyThatRulesIt() throws Exception {
        for (Policy inForce : List.of(WITH_FORMS, WITHOUT_FORMS, ASKS_NOTHING)) {
            Facts found = facts(inForce, WITH_FORMS);
            assertTrue(found.phi().has(PhiKind.MRN));
            assertEquals("record", WITH_FORMS.rule(found, LEE).rule());
            Facts none = facts(inForce, WITHOUT_FORMS);
            assertTrue(none.phi().inspected());
            assertFalse(none.phi().has(PhiKind.MRN));
            assertFalse(facts(inForce, ASKS_NOTHING).phi().inspected());
        }
    }
}
