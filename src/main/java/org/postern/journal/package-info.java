/// A log of records that many threads append to with one sync for all of them: the first place of
/// small queued messages. It may use `mail` (queue ids) and `store`.
@NullMarked
package org.postern.journal;

import org.jspecify.annotations.NullMarked;
