/// The clinic's own folders beside the secure ones: the same account in a mail program, another
/// world behind it. Nothing there is changed. RFC 3501.
@NullMarked
package org.postern.beside;

import org.jspecify.annotations.NullMarked;
