/// What the operator's commands talk to while the gateway runs: a socket in the data folder, and
/// how the queue is shown and asked for. It may use `mail`, `policy` and `spool`.
@NullMarked
package org.postern.control;

import org.jspecify.annotations.NullMarked;
