/// The command that compares two policies: by their rules, and by what both would have decided
/// about the mail that the audit knows.
@NullMarked
package org.postern.replay;

import org.jspecify.annotations.NullMarked;
