/// `./gateway demo`: a sample clinic on loopback, an outside world for it, and the story that shows
/// the gateway at work. The gateway in it is the real one, built by the same composition root.
@NullMarked
package org.postern.demo;

import org.jspecify.annotations.NullMarked;
