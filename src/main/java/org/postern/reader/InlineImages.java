package org.postern.reader;

import java.util.Optional;

/// Finds a picture that the letter itself brings: RFC 2392.
@FunctionalInterface
public interface InlineImages {
    InlineImages NONE = _ -> Optional.empty();

    /// @param contentId without angle brackets
    /// @return a `data:` URI of a PNG, JPEG or GIF
    Optional<String> dataUri(String contentId);
}
