/// The pages on which patients write first: with a link that was mailed to them, or as readers who
/// are in already. It may use the packages of its row in the map.
@NullMarked
package org.postern.start;

import org.jspecify.annotations.NullMarked;
