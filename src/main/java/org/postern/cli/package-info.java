/// The command line: one class for each command, and what they share. It may use everything; only
/// the composition root knows which commands there are.
@NullMarked
package org.postern.cli;

import org.jspecify.annotations.NullMarked;
