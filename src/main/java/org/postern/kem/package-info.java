/// Content keys that a key encapsulation carries, which no quantum computer is known to break: RFC
/// 9629, RFC 9936. It may use `random` and `pki`.
@NullMarked
package org.postern.kem;

import org.jspecify.annotations.NullMarked;
