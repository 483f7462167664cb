/// Sealing of everything that is stored, wrapping of its keys, MACs and password hashes. RFC 5649,
/// RFC 9106, NIST SP 800-38D. It may use `store`.
@NullMarked
package org.postern.vault;

import org.jspecify.annotations.NullMarked;
