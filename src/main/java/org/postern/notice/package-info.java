/// Mail that the gateway writes itself: pickup notices, codes and failure reports. They hold
/// nothing of the content that they are about. RFC 5322, RFC 2045 to 2049, RFC 2387, RFC 3464, RFC
/// 3834. It may use `mail` and `mime`.
@NullMarked
package org.postern.notice;

import org.jspecify.annotations.NullMarked;
