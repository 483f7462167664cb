/// Fakes and peers that tests stand the gateway against. Each speaks the real protocol, and each
/// that has logic has a test of its own.
@NullMarked
package org.postern.testkit;

import org.jspecify.annotations.NullMarked;
