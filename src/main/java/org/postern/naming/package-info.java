/// What stands in configuration files: hosts, times, paths and other values, and whom a rule means.
@NullMarked
package org.postern.naming;

import org.jspecify.annotations.NullMarked;
