/// What a session asks of a folder, wherever its messages lie, and what it is told of them. RFC
/// 3501 §2.3. Those of the secure mailbox lie in `cabinet`.
@NullMarked
package org.postern.mailfolder;

import org.jspecify.annotations.NullMarked;
