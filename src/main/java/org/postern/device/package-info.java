/// Passwords of single devices (app passwords): made, listed, taken back and checked. It may use
/// `mail`, `vault`, `store`, `audit`, `scram`, `sasl` and `control`.
@NullMarked
package org.postern.device;

import org.jspecify.annotations.NullMarked;
