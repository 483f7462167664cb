/// Benchmarks of the whole product against yardsticks that everybody can install: `scripts/bench`.
/// They are measured by public tools (smtp-source, smtp-sink) and are not part of the tests.
@NullMarked
package org.postern.bench;

import org.jspecify.annotations.NullMarked;
