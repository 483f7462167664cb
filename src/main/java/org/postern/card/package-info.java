/// Cards for the waiting room: a page's address as text and as a code for cameras. It may use the
/// packages of its row in the map.
@NullMarked
package org.postern.card;

import org.jspecify.annotations.NullMarked;
