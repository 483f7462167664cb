/// The whole gateway against real peers: one class for each promise to its users.
@NullMarked
package org.postern.story;

import org.jspecify.annotations.NullMarked;
