/// What the doors refuse, on its way into the audit: the first refusals one by one, the rest of a
/// flood in sums. It may use `mail`, `net` and `audit`.
@NullMarked
package org.postern.refusal;

import org.jspecify.annotations.NullMarked;
