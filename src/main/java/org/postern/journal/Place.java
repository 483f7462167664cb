package org.postern.journal;

/// Where the payload of a record lies.
///
/// @param segment number of the segment's file
/// @param position of the first octet of the payload in that file
/// @param length octets
public record Place(long segment, long position, int length) {}
