/// Work of the pickup pages: what a patient types into a form becomes a letter, and the letter is
/// handed over once. RFC 5322, RFC 7578. It may use the packages of its row in the map.
@NullMarked
package org.postern.writing;

import org.jspecify.annotations.NullMarked;
