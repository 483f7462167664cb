/// Does what mail programs ask for by the same code as pages and commands: orders about sent mail,
/// and what is written down of reading. It may use the packages of its row in the map.
@NullMarked
package org.postern.clerk;

import org.jspecify.annotations.NullMarked;
