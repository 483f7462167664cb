/// Our SMTP client: hands a message to the next MTA and says what became of each recipient. RFC
/// 5321, RFC 2920, RFC 3207, RFC 1870, RFC 6152, RFC 4954. It may use `mail`, `net`, `pki`.
@NullMarked
package org.postern.relay;

import org.jspecify.annotations.NullMarked;
