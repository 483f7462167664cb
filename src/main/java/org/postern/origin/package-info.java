/// Where a message comes from, and what of that is proved: fields that only this gateway may write
/// are taken out on the way in (RFC 8601 §5). It may use `mail`.
@NullMarked
package org.postern.origin;

import org.jspecify.annotations.NullMarked;
