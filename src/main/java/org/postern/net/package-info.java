/// What stands between a part and the network: TLS keys and trust (RFC 8446, RFC 9525), network
/// lists (RFC 4632, RFC 4291), host look-ups. It may use `mail`.
@NullMarked
package org.postern.net;

import org.jspecify.annotations.NullMarked;
