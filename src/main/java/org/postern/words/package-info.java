/// Characters and words as figures, without an object for each: letters without size and accent,
/// hashes, endings of words of medicine.
@NullMarked
package org.postern.words;

import org.jspecify.annotations.NullMarked;
