/// IMAP commands as clients write them, read within bounds, and what they ask for; pure. RFC 3501,
/// RFC 4315, RFC 5258, RFC 5819, RFC 6154. It may use nothing.
@NullMarked
package org.postern.grammar;

import org.jspecify.annotations.NullMarked;
