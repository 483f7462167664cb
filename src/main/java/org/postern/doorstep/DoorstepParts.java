package org.postern.doorstep;

import org.postern.pickup.PickupParts;
import org.postern.recognition.PictureWords;
import org.postern.recognition.TypedCodes;

/// What these pages need of the rest of the gateway.
public record DoorstepParts(PickupParts pickup, TypedCodes codes, PictureWords words) {}
