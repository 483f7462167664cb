package org.postern.start;

import org.postern.pickup.PickupParts;

/// What the pages for those who write first need of the rest of the gateway.
public record StartParts(PickupParts pickup, Desks desks, StartLinks links, StartMail mail) {}
