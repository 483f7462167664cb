/// The queue on disk: sealed, checksummed, self-delimiting files on which every 250 rests. It may
/// use `mail`, `policy` and `vault`.
@NullMarked
package org.postern.spool;

import org.jspecify.annotations.NullMarked;
