/// Makes the text of a letter safe to show on a page: a small allow-list for reading, a sandboxed
/// document for the original look. RFC 2392 (cid), RFC 3676 (flowed text). It may use `mail` and
/// `mime`.
@NullMarked
package org.postern.reader;

import org.jspecify.annotations.NullMarked;
