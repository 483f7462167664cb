/// Reads messages: header sections, the tree of parts, what a person sees of it. RFC 5322, RFC 2045
/// to 2049, RFC 2231; every limit has a name. It may use `mail`.
@NullMarked
package org.postern.mime;

import org.jspecify.annotations.NullMarked;
