/// CMS objects read as streams, within limits, before any library sees them whole: RFC 5652, RFC
/// 5083, RFC 3274. It may use `mail`, `octets` and `mime`.
@NullMarked
package org.postern.cms;

import org.jspecify.annotations.NullMarked;
