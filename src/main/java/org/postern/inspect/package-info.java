/// The command that shows what a message is made of and what its protection is worth. It may use
/// everything.
@NullMarked
package org.postern.inspect;

import org.jspecify.annotations.NullMarked;
