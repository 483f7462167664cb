/// Pictures that patients send, without what cameras write into them: where they were taken, by
/// which device, by whom. JPEG (ITU-T T.81, Exif 2.32), PNG (W3C, third edition). It uses nothing
/// of the other packages.
@NullMarked
package org.postern.picture;

import org.jspecify.annotations.NullMarked;
