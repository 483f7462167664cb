/// What a mail program that knows no UTF-8 is shown of a message with UTF-8 in its header fields:
/// RFC 6858, RFC 9755 §7. It may use `mail`, `mime` and `outline`. Nothing here opens a message or
/// keeps anything: the surrogate follows from the outline alone.
@NullMarked
package org.postern.surrogate;

import org.jspecify.annotations.NullMarked;
