/// Ground: folders that people and other programs change while the gateway runs.
@NullMarked
package org.postern.folder;

import org.jspecify.annotations.NullMarked;
