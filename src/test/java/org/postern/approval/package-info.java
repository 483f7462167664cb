/// Tests of the pages on which people decide about held mail.
@NullMarked
package org.postern.approval;

import org.jspecify.annotations.NullMarked;
