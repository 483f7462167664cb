/// What the author's own program did to a message by S/MIME, proved by the octets and not by their
/// label: RFC 8551, RFC 5652. It may use `mail`, `mime`, `cms` and `smime`.
@NullMarked
package org.postern.claim;

import org.jspecify.annotations.NullMarked;
