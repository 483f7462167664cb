/// Tests of the operator's socket.
@NullMarked
package org.postern.control;

import org.jspecify.annotations.NullMarked;
