/// Text messages by a service of the clinic's choice, and the numbers they go to. RFC 9110. It may
/// use `mail` and `check`.
@NullMarked
package org.postern.sms;

import org.jspecify.annotations.NullMarked;
