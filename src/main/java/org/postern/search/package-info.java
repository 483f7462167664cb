/// Which messages of a folder are looked for: RFC 3501 §6.4.4. It may use `mail`, `mime`, `net`,
/// `grammar`, `outline`, `snapshot` and `cabinet`.
@NullMarked
package org.postern.search;

import org.jspecify.annotations.NullMarked;
