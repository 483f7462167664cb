/// What mail of ours may say: which kinds there are, and what differs in each. It uses nothing of
/// the other packages.
@NullMarked
package org.postern.wording;

import org.jspecify.annotations.NullMarked;
