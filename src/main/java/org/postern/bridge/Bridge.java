package org.postern.bridge;

/// What a mail program reaches beside its folders.
public record Bridge(Orders orders, Readings readings, Releases releases) {}
