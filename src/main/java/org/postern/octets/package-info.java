/// Ground: octets in memory, searched eight at a time and gathered without being copied.
@NullMarked
package org.postern.octets;

import org.jspecify.annotations.NullMarked;
