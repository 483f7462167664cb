package org.postern.queue;

import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/// A clock, and whether something may end for good by what it shows now.
public record JudgedClock(InstantSource clock, BooleanSupplier believed) {}
