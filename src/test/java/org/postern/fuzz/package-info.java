/// Fuzz targets for Jazzer, which `scripts/fuzz` runs: each takes any octets and throws when a
/// promise does not hold. `FuzzTest` runs them over the seeds and over what was once found.
@NullMarked
package org.postern.fuzz;

import org.jspecify.annotations.NullMarked;
