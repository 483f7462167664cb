/// Interfaces of tests, one for each contract that has several implementations or will have: every
/// implementation passes them.
@NullMarked
package org.postern.contract;

import org.jspecify.annotations.NullMarked;
