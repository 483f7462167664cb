/// What happens after a notice went out: receipts, the unread ladder, commands by reply, ordinary
/// answers and what comes back. RFC 3834, RFC 3464, RFC 5322. It may use the packages of its row in
/// the map.
@NullMarked
package org.postern.follow;

import org.jspecify.annotations.NullMarked;
