/// Finds out what the policy may ask about a message: its header section, what it is made of, and
/// of what kind its files are. It reads what strangers wrote, in one pass and with bounds, and
/// whatever it cannot tell it leaves in doubt.
@NullMarked
package org.postern.gathering;

import org.jspecify.annotations.NullMarked;
