/// How those who read along for a patient hear of her messages, and IT of notices that came back.
/// It may use the packages of its row in the map.
@NullMarked
package org.postern.telling;

import org.jspecify.annotations.NullMarked;
