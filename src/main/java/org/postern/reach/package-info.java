/// Which protections are possible for somebody: looked up before any is tried, by one way for
/// rules, for delivery and for whoever asks why. RFC 8551, RFC 7672, RFC 8461. It may use `mail`,
/// `net`, `pki`, `facts`, `policy`, `membership`, `relay`, `route`.
@NullMarked
package org.postern.reach;

import org.jspecify.annotations.NullMarked;
