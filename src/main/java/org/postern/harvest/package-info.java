/// Certificates that came with signed mail, kept for a person to look at. It may use `mail`,
/// `mime`, `store`, `pki` and `opening`.
@NullMarked
package org.postern.harvest;

import org.jspecify.annotations.NullMarked;
