/// Who has shown who she is: sessions, remembered devices, passkeys, and the cookies in which
/// browsers carry them. RFC 6265, OWASP ASVS 5.0 chapter 7. It may use `mail`, `policy`, `vault`,
/// `store`, `http`, `mailbox` and `check`.
@NullMarked
package org.postern.access;

import org.jspecify.annotations.NullMarked;
