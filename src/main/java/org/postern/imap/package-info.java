/// The IMAP server edge: clinicians read the secure mailbox in their own mail programs. RFC 3501,
/// RFC 2177, 2342, 2971, 3691, 4315, 4959, 5161, 5258, 5819, 6154, 7888 (LITERAL-), 8314, 8438. It
/// may use `mail`, `mime`, `net`, `door`, `sasl`, `grammar`, `outline`, `snapshot`, `cabinet` and
/// `search`.
///
/// What is not complete is not advertised.
@NullMarked
package org.postern.imap;

import org.jspecify.annotations.NullMarked;
