/// Whether a certificate was revoked: lists (CRL, RFC 5280 §5) and answers (OCSP, RFC 6960) of
/// those who issued it, got ahead of the mail and kept. It may use `mail`, `net`, `store`, `fetch`
/// and `pki`.
@NullMarked
package org.postern.revocation;

import org.jspecify.annotations.NullMarked;
