/// Text out of what was sent: HTML, PDF (ISO 32000), Office files (ECMA-376, OpenDocument) and zip
/// archives, for looking through it. Everything is bounded, nothing is written to a disk, and what
/// could not be read to its end is said to be so.
@NullMarked
package org.postern.texts;

import org.jspecify.annotations.NullMarked;
