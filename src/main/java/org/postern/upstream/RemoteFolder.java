package org.postern.upstream;

/// A folder as LIST names it: RFC 9051 §7.3.1.
///
/// @param name as it is written there
/// @param delimiter between a folder and those in it; 0 for none
/// @param opens whether it can be opened
public record RemoteFolder(String name, char delimiter, boolean opens) {}
