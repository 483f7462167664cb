/// The door of a server that speaks a mail protocol: connections accepted without waiting for any,
/// counted, watched and ended. RFC 5321, 3501 and 8314 as far as all of them need it. It may use
/// `net`.
@NullMarked
package org.postern.door;

import org.jspecify.annotations.NullMarked;
