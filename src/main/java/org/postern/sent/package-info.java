/// What became of messages to patients, in the keywords by which mail programs show it. It may use
/// the packages of its row in the map.
@NullMarked
package org.postern.sent;

import org.jspecify.annotations.NullMarked;
