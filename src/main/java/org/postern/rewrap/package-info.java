/// How what is sealed under one key-encryption key comes under another: places where wrapped data
/// keys lie, and the pace at which they are gone through. It may use `vault` and `store`.
@NullMarked
package org.postern.rewrap;

import org.jspecify.annotations.NullMarked;
