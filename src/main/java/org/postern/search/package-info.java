/// Which messages of a folder are looked for, and in what order they are told: RFC 3501 §6.4.4, RFC
/// 5256. It may use `mail`, `mime`, `net`, `grammar`, `outline`, `snapshot`, `cabinet` and `order`.
///
/// What a search may cost is bounded by `SearchLimits`.
@NullMarked
package org.postern.search;

import org.jspecify.annotations.NullMarked;
