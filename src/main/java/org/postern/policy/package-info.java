/// The policy language: Facts → Rule → Ruling → Decision → Protection. Pure: it knows no clock, no
/// network and no file. It may use `mail`, `facts`, `condition` and `variable`.
@NullMarked
package org.postern.policy;

import org.jspecify.annotations.NullMarked;
