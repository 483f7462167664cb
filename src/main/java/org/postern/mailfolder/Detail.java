package org.postern.mailfolder;

/// How much of messages somebody wants to be told, from the cheapest to the dearest. A folder may
/// tell more.
public enum Detail {
    /// Sizes and dates.
    ROW,
    /// Their own header section and ENVELOPE as well. An outline may know no structure, and no
    /// parts.
    FIELDS,
    /// Whole outlines.
    OUTLINE
}
