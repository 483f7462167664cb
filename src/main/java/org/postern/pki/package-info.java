/// Certificates: whose they are, whether they may be used now, for what; a small authority that
/// issues them. RFC 5280, RFC 8550. It may use `mail`, `folder` and `net`.
@NullMarked
package org.postern.pki;

import org.jspecify.annotations.NullMarked;
