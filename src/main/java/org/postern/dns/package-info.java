/// What the domain name system says about mail: which hosts take it, where they are, which keys and
/// policies they publish, and whether any of that is proved. RFC 1035, RFC 2308, RFC 5321, RFC
/// 6698. It may use `mail`, `net`.
@NullMarked
package org.postern.dns;

import org.jspecify.annotations.NullMarked;
