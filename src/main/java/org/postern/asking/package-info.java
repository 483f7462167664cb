/// The page on which a patient asks for a key of her own. It may use the packages of its row in the
/// map.
@NullMarked
package org.postern.asking;

import org.jspecify.annotations.NullMarked;
