/// What a message looks like to a mail program: its envelope, its structure and where its sections
/// lie, found once and kept. RFC 3501 §7.4.2, RFC 2045, RFC 5322. It may use `mail`, `mime` and
/// `grammar`.
@NullMarked
package org.postern.outline;

import org.jspecify.annotations.NullMarked;
