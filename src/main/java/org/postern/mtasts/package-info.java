/// What a domain demands of those who bring it mail: policies found, fetched, and kept. RFC 8461.
/// It may use `mail`, `net`, `dns`, `store`.
@NullMarked
package org.postern.mtasts;

import org.jspecify.annotations.NullMarked;
