/// The folders of a clinician over the secure mailbox: UIDs, flags, and who is told of changes. RFC
/// 3501 §2.3, RFC 7162 §3. It may use `mail`, `mime`, `vault`, `store`, `mailbox`, `outline` and
/// `snapshot`, `sent`.
@NullMarked
package org.postern.cabinet;

import org.jspecify.annotations.NullMarked;
