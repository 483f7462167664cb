/// Tests of the story's single steps; the whole of it is told in `story`.
@NullMarked
package org.postern.transit;

import org.jspecify.annotations.NullMarked;
