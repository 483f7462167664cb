package org.postern.reach;

import org.postern.facts.Facts;
import org.postern.facts.Groups.Trouble;
import org.postern.membership.Memberships;
import org.postern.policy.Policy;

/// Asks others what rules need to know before they decide, and nothing that they do not need.
///
/// @param groups who is asked for members of groups
/// @param reach who is asked for ways to recipients
public record Inquiry(Memberships groups, ReachAsking reach) {
    /// The same facts with all that these rules have to know. Groups first: they may settle a rule,
    /// and then nobody looks for ways because of it.
    public Facts in(Policy policy, Facts facts) {
        return reach.in(policy, groups.in(policy, facts));
    }

    /// Whether somebody did not answer who may answer a minute later. A directory that answers, and
    /// cannot say it, will not.
    public static boolean isSilent(Facts facts) {
        return facts.groups().trouble().filter(Trouble::isSilent).isPresent()
                || facts.reach().trouble().isPresent();
    }
}
