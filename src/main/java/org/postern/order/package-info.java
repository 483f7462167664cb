/// The order of messages, and which of them belong together: RFC 5256. Values only; it uses nothing
/// of ours.
@NullMarked
package org.postern.order;

import org.jspecify.annotations.NullMarked;
