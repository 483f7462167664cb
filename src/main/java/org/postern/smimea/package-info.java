/// S/MIME certificates that domains publish in DNS: RFC 8162. It may use `mail`, `net`, `dns` and
/// `pki`.
@NullMarked
package org.postern.smimea;

import org.jspecify.annotations.NullMarked;
