package org.postern.testkit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.ldap.GroupAsking;
import org.postern.ldap.GroupServer;
import org.postern.ldap.LdapDirectory.Answer.Unknown;
import org.postern.ldap.LdapServer;
import org.postern.ldap.MailFilter;
import org.postern.mail.Domain;
import org.postern.membership.Memberships;

/// A directory of `clinic.example` that knows one group, `nurses`, and says of everybody what a
/// test wants; no connection is made. For one thread.
public final class NursesDirectory {
    public static final String NURSES = "cn=nurses,dc=clinic,dc=example";

    private final List<Set<GroupAsking.Pair>> asked = new ArrayList<>();
    private Optional<Boolean> says = Optional.of(true);
    private Unknown trouble = new Unknown("It does not answer.", true);
    private GroupAsking.@Nullable Answers next;

    /// Everybody is one, or nobody.
    public void says(boolean member) {
        says = Optional.of(member);
    }

    /// It does not know.
    public void saysNothing() {
        says = Optional.empty();
    }

    /// Why it says nothing, where it does not.
    public void troubledBy(Unknown unknown) {
        trouble = unknown;
    }

    /// What it answers once instead.
    public void answersOnce(GroupAsking.Answers answers) {
        next = answers;
    }

    /// What it was asked, in this order.
    public List<Set<GroupAsking.Pair>> asked() {
        return asked;
    }

    /// What is known by it, as it is remembered.
    public Memberships memberships(InstantSource clock) {
        return new Memberships(
                new GroupServer(
                        new LdapServer(
                                List.of("127.0.0.1"),
                                389,
                                LdapServer.Security.PLAIN,
                                "dc=clinic,dc=example",
                                MailFilter.USUAL,
                                null,
                                null,
                                Set.of(new Domain("clinic.example")),
                                Duration.ofSeconds(5)),
                        new GroupServer.Kept(GroupServer.Place.MEMBER_OF, false),
                        Map.of("nurses", NURSES)),
                this::answer,
                clock);
    }

    private GroupAsking.Answers answer(Set<GroupAsking.Pair> questions) {
        asked.add(questions);
        GroupAsking.Answers once = next;
        if (once != null) {
            next = null;
            return once;
        }
        Map<GroupAsking.Pair, Boolean> known = new HashMap<>();
        says.ifPresent(yes -> questions.forEach(each -> known.put(each, yes)));
        return new GroupAsking.Answers(
                known, says.isPresent() ? Optional.empty() : Optional.of(trouble));
    }
}
