/// Named values in a file of their own, put in where the rules refer to them. Pure: who reads the
/// file is told from outside. It may use `yaml`.
@NullMarked
package org.postern.variable;

import org.jspecify.annotations.NullMarked;
