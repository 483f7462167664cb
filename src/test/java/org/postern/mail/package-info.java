/// Tests of the words of mail.
@NullMarked
package org.postern.mail;

import org.jspecify.annotations.NullMarked;
