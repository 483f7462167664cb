/// How those who read along for a patient hear of her messages. It may use the packages of its row
/// in the map.
@NullMarked
package org.postern.telling;

import org.jspecify.annotations.NullMarked;
