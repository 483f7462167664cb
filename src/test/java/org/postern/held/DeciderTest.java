package org.postern.held;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.mail.Address;

/// Who is one person, where two have to agree.
class DeciderTest {
    private static void assertGave(boolean same, String approver, String voter) {
        Decider decider = new Decider.Approver(Address.of(approver), Set.of());
        assertEquals(same, decider.gave(voter), approver + " as " + voter);
    }

    @Test
    void anAddressInAnySpellingIsOnePerson() {
        assertGave(true, "sam@x.example", "Sam@X.example");
        assertGave(true, "sam@x.example", "sam@x.example (command)");
        assertGave(true, "sam@xn--bcher-kva.example", "sam@b\u00FCcher.example (command)");
        assertEquals(true, new Decider.Operator("root").gave("Root"));
    }

    @Test
    void addressesThatDifferAreTwoPeople() {
        assertGave(false, "\u0131lker@x.example", "ilker@x.example");
        assertGave(false, "ilker@x.example", "\u0131lker@x.example");
        assertGave(false, "sam@x.example", "sam (command)@x.example");
        assertGave(false, "root@x.example", "root");
    }
}
