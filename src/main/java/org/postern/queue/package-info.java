/// The order of work: what is attempted when, and how much of it at the same time, so that no
/// destination slows another. RFC 5321 §4.5.4.1. It may use `mail`, `store`.
@NullMarked
package org.postern.queue;

import org.jspecify.annotations.NullMarked;
