/// Encrypts messages to partners and opens what is encrypted to us, as streams: RFC 8551, RFC 5083,
/// RFC 5084, RFC 5753, RFC 9788. It may use `mail`, `random`, `mime`, `cms`, `pki` and `kem`.
@NullMarked
package org.postern.smime;

import org.jspecify.annotations.NullMarked;
