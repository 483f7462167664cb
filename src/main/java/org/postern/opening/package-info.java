/// Opens S/MIME messages layer by layer and says what their signatures are worth: RFC 8551, RFC
/// 8550, RFC 9788. It may use `mail`, `mime`, `cms`, `pki` and `smime`.
@NullMarked
package org.postern.opening;

import org.jspecify.annotations.NullMarked;
