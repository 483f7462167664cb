/// The operator's command for keys: making them, listing them, rotation, backup. It may use
/// `operate` and what that stands on.
@NullMarked
package org.postern.keycare;

import org.jspecify.annotations.NullMarked;
