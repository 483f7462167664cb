/// Where a message comes from, and what of that is proved: fields that only this gateway may write
/// are taken out on the way in, SPF, DKIM and DMARC are evaluated, and the findings written down.
/// RFC 7208, 7489, 8601. It may use `mail`, `mime`, `dns`, `policy` and `dkim`.
@NullMarked
package org.postern.origin;

import org.jspecify.annotations.NullMarked;
