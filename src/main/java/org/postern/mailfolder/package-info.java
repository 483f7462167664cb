/// What a session asks of a folder, wherever its messages lie, and what it is told of them. RFC
/// 3501 §2.3. Folders themselves lie in `cabinet` and `beside`.
@NullMarked
package org.postern.mailfolder;

import org.jspecify.annotations.NullMarked;
