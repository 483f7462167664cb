/// One careful way to get a small thing from a web server that a stranger named: RFC 9110, RFC
/// 9112. It may use `mail` and `net`.
@NullMarked
package org.postern.fetch;

import org.jspecify.annotations.NullMarked;
