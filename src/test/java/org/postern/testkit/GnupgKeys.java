package org.postern.testkit;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.Callable;

/// Gives GnuPG a key in a PKCS#12 file of the old form. Version 2.2 calls some of them
/// undecryptable that are as good as all others (one in some hundreds, as their salt falls); so
/// such a file is made anew, with another salt. What the key is for is judged behind it.
public final class GnupgKeys {
    private static final int FILES_MAX = 4;

    private GnupgKeys() {}

    /// @param importing makes a new file and has it imported; gives the program's exit status
    public static void take(Callable<Integer> importing) throws Exception {
        int last = 0;
        for (int i = 0; i < FILES_MAX; i++) {
            last = importing.call();
            if (last == 0) {
                return;
            }
        }
        fail("GnuPG took none of " + FILES_MAX + " files: exit status " + last);
    }
}
