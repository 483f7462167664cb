package org.postern.choice;

import org.postern.pickup.PickupParts;

/// What this page needs of the rest of the gateway.
public record ChoiceParts(PickupParts pickup, ChoiceDesk choices) {}
