/// Whether a message holds a virus, as a scanner beside the gateway sees it; what follows from that
/// the story decides. clamd(8). It may use `mail`.
@NullMarked
package org.postern.scan;

import org.jspecify.annotations.NullMarked;
