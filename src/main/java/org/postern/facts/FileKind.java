package org.postern.facts;

import java.util.Locale;

/// What a file is, by its own first octets, never by its name.
public enum FileKind {
    PDF,
    /// An archive, and every format that is one without saying more.
    ZIP,
    /// Office files in a zip archive: docx, xlsx, pptx and those of OpenDocument.
    OFFICE,
    /// Compound files: doc, xls, ppt, msg, and Office files under a password.
    OLE,
    IMAGE,
    /// Programs of Windows, Linux and macOS, and scripts that name their interpreter.
    PROGRAM,
    /// Archives other than zip: 7z, rar, gzip, bzip2, xz.
    ARCHIVE,
    AUDIO,
    VIDEO,
    /// Nothing but text.
    TEXT,
    /// A message that is attached to this one. Its own files count beside it.
    MESSAGE,
    /// None of these.
    OTHER;

    /// As a policy file says it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
