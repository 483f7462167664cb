/// Held mail as rows of a folder: what each person may see of it, without what it says. It may use
/// the packages of its row in the map.
@NullMarked
package org.postern.holding;

import org.jspecify.annotations.NullMarked;
