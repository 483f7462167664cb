/// The IMAP server edge: clinicians read the secure mailbox in their own mail programs. RFC 3501,
/// RFC 2177, 2342, 2971, 3502, 3516, 3691, 4315, 4466, 4731, 4959, 4978, 5032, 5161, 5182, 5256,
/// 5258, 5819, 6154, 7162, 7888 (LITERAL-), 8314, 8438, 8474, 8514, 8970, 9051, 9208. It may use
/// the packages of its row in the map.
///
/// What is not complete is not advertised.
@NullMarked
package org.postern.imap;

import org.jspecify.annotations.NullMarked;
