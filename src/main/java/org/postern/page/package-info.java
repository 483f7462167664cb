/// The look and the words of the pages: texts in each language, the clinic's colour, the style
/// sheet, faces, and the values that the templates in `src/main/jte` show. It may use `mail`,
/// `http` and `reader`.
@NullMarked
package org.postern.page;

import org.jspecify.annotations.NullMarked;
