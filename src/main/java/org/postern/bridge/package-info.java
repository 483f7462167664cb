/// What mail programs do in folders that concerns the rest of the gateway: orders by keyword, and
/// reading. It may use the packages of its row in the map.
///
/// Edges call it; who does what is asked for is handed in by the composition root.
@NullMarked
package org.postern.bridge;

import org.jspecify.annotations.NullMarked;
