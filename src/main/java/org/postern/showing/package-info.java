/// A folder and its messages as one session is shown them: RFC 3501 §6.4.5, §7. It may use `mail`,
/// `octets`, `mime`, `texts`, `talk`, `grammar`, `outline`, `snapshot` and `cabinet`.
@NullMarked
package org.postern.showing;

import org.jspecify.annotations.NullMarked;
