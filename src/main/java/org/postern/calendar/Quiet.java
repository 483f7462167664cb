package org.postern.calendar;

/// The quiet of the night, in hours of the clinic's clock.
public record Quiet(int from, int until) {}
