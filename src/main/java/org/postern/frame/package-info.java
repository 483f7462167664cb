/// The form of a spool file: records that delimit themselves, each with a checksum, so that a torn
/// or damaged file is known as such. It may use `mail`, `vault` and `store`.
@NullMarked
package org.postern.frame;

import org.jspecify.annotations.NullMarked;
