package org.postern.facts;

/// What others were asked for the sake of a message, because a rule needs it.
///
/// @param groups who belongs to the groups that rules name
/// @param reach by which means recipients can be reached
public record Asked(Groups groups, Reach reach) {
    /// Nobody was asked anything.
    public static final Asked NOTHING = new Asked(Groups.NOT_ASKED, Reach.NOT_ASKED);
}
