/// What a folder is at one moment: UIDs, flags, last changes. RFC 3501 §2.3, RFC 7162 §3. Values
/// only; it uses nothing of ours.
@NullMarked
package org.postern.snapshot;

import org.jspecify.annotations.NullMarked;
