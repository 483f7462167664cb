/// The command that shows what the policy decides for a message, and why. It may use everything.
@NullMarked
package org.postern.explain;

import org.jspecify.annotations.NullMarked;
