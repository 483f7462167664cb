/// Where mail to a domain outside goes: by the domain's MX records, with the proof that its
/// policies demand, or to a host that IT named; then from host to host until one takes it. RFC 5321
/// §5, RFC 7505, RFC 7672, RFC 8461. It may use `mail`, `net`, `dns`, `mtasts`, `relay`.
@NullMarked
package org.postern.route;

import org.jspecify.annotations.NullMarked;
