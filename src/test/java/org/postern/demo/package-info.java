/// The demo played in a real browser.
@NullMarked
package org.postern.demo;

import org.jspecify.annotations.NullMarked;
