/// Work of the pickup pages: a thread of the secure mailbox made ready to be shown like messages on
/// a phone.
@NullMarked
package org.postern.conversation;

import org.jspecify.annotations.NullMarked;
