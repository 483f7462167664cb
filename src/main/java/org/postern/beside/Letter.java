package org.postern.beside;

import java.io.IOException;
import org.postern.mail.Content;
import org.postern.outline.Outline;

/// A letter of the clinic's server as one reader sees it, for as long as it is kept.
///
/// @param shown may read the spill
record Letter(Content shown, Outline outline, Spills.Spill spill) implements AutoCloseable {
    @Override
    public void close() throws IOException {
        spill.close();
    }
}
