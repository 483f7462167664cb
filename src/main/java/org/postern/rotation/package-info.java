/// The rotation of the key-encryption key: one round after the other brings everything stored under
/// the new one, and a count that knows nothing of the rounds says when the old one can go. NIST SP
/// 800-57 part 1 §8. It may use the stores, `audit` and `control`.
@NullMarked
package org.postern.rotation;

import org.jspecify.annotations.NullMarked;
