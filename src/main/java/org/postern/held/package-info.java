/// Mail that a rule holds, and what those decide who are asked about it: releasing it, giving it
/// back, sending it another way; or the end of its time. RFC 3464 for what comes back. It may use
/// `mail`, `mime`, `facts`, `policy`, `spool`, `queue`, `notice`, `wording`, `audit` and `transit`.
@NullMarked
package org.postern.held;

import org.jspecify.annotations.NullMarked;
