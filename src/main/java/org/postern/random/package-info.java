/// Ground: random octets, for many threads at once.
@NullMarked
package org.postern.random;

import org.jspecify.annotations.NullMarked;
