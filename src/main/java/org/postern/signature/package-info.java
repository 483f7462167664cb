/// Signs what people write, as streams: RFC 8551 §3.5, RFC 5652 §5, RFC 5754, RFC 4056, RFC 8419.
/// It may use `mail`, `octets`, `mime`, `pki`, `smime` and `claim`; who signs what it is told.
@NullMarked
package org.postern.signature;

import org.jspecify.annotations.NullMarked;
