package org.postern.asking;

import org.postern.handout.Asking;
import org.postern.pickup.PickupParts;

/// What this page needs of the rest of the gateway.
public record AskingParts(PickupParts pickup, Asking asking) {}
