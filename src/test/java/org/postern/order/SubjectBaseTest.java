package org.postern.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.postern.testkit.OwnTime;

class SubjectBaseTest {
    private static void plain(String subject, String base) {
        assertEquals(new SubjectBase(Casemap.of(base), false), SubjectBase.of(subject), subject);
    }

    private static void reply(String subject, String base) {
        assertEquals(new SubjectBase(Casemap.of(base), true), SubjectBase.of(subject), subject);
    }

    /// RFC 5256 §2.1, step by step.
    @Test
    void leavesWhatTheLetterIsAbout() {
        plain("knee", "Knee");
        plain("  a \t b  ", "a b");
        plain("", "");
        plain("[list] knee", "knee");
        plain("[list]", "[list]"); // nothing would be left
        plain("[one] [two]", "[two]");
        plain("Reply: knee", "Reply: knee"); // no leader
        plain("re knee", "re knee");
        plain("[open knee", "[open knee");
        reply("Re: knee", "knee");
        reply("re : knee", "knee");
        reply("RE[4]: knee", "knee");
        reply("Fwd:FW: re: knee", "knee");
        reply("[list] Re: [list] knee", "knee");
        reply("knee (fwd)", "knee");
        reply("knee (FWD) (fwd) ", "knee");
        reply("[Fwd: knee]", "knee");
        reply("[fwd: Re: [fwd: knee (fwd)] ]", "knee");
        reply("Re:", "");
    }

    @Test
    void takesALimitedTime() {
        for (String part : new String[] {"[a]", "re:", "[fwd:", "(fwd)", " ", "[", "]"}) {
            String hostile = part.repeat(100_000);
            long begin = OwnTime.nanos();
            SubjectBase.of(hostile);
            SubjectBase.of(hostile + "]".repeat(100));
            assertTrue(OwnTime.nanos() - begin < 1_000_000_000L, part);
        }
    }
}
