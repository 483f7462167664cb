/// Which days the clinic works. It uses no other package.
@NullMarked
package org.postern.calendar;

import org.jspecify.annotations.NullMarked;
