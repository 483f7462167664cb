/// Tests of the order of work, by order of events and by clocks that a test moves.
@NullMarked
package org.postern.queue;

import org.jspecify.annotations.NullMarked;
