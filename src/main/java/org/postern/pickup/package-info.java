/// The patient's pages: the door behind a link, the check, reading, answering. RFC 9110, RFC 6265,
/// RFC 7578. It may use `mail`, `mime`, `http`, `mailbox`, `reader`, `page`, `vault` and `net`.
@NullMarked
package org.postern.pickup;

import org.jspecify.annotations.NullMarked;
