/// The pages on which people decide about held mail, behind a sign-in with the password of their
/// mail. They show what the desk of held mail hands them and hand it what was decided; a GET
/// decides nothing. It may use `mail`, `mime`, `vault`, `sasl`, `http`, `reader`, `language`,
/// `page`, `net`, `access`, `conversation`, `policy`, `spool`, `pickup` and `held`.
@NullMarked
package org.postern.approval;

import org.jspecify.annotations.NullMarked;
