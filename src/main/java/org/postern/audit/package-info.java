/// The tamper-evident log: who was accepted, what was ruled, what became of it, who read it. Never
/// what a message says. It may use `mail`, `policy`, `vault` and `store`.
@NullMarked
package org.postern.audit;

import org.jspecify.annotations.NullMarked;
