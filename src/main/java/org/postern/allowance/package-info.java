/// What clients of the listeners may use, as `limits` and `session-limits` in `gateway.yaml` set
/// it: sizes, places, commands and times. No setting switches a protection off. It may use `mail`,
/// `naming` and `yaml`.
@NullMarked
package org.postern.allowance;

import org.jspecify.annotations.NullMarked;
