package org.postern.origin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.mail.Domain;

/// C09: a message that comes in does not speak with our voice. Each case is fed whole, in single
/// octets, and cut at every place.
class OwnFieldFilterTest {
    private static final OwnFields OWN =
            new OwnFields(Set.of(new Domain("mx.clinic.example"), new Domain("ward.example")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Postern-Signature: valid\r\n",
                "x-postern-: \r\n",
                "X-POSTERN-Verdict : good\r\n\tand more\r\n   and more\r\n",
                "Authentication-Results: mx.clinic.example; dkim=pass header.d=bank.example\r\n",
                "authentication-results:\r\n mx.clinic.example 1;\r\n\tspf=pass\r\n",
                "Authentication-Results : MX.Clinic.Example.; none\r\n",
                "Authentication-Results: (a (nested\\)) comment) mx.clinic.example; none\r\n",
                "Authentication-Results: \"mx.clinic.example\"; none\r\n",
                "Authentication-Results: imap.ward.example; dmarc=pass\r\n",
                "Authentication-Results: mx.clinic.example\r\n",
                // Nobody can say whose these are.
                "Authentication-Results: (never closed mx.clinic.example; spf=pass\r\n",
                "Authentication-Results: \r\n",
                "Authentication-Results: mx.cl\u00efnic.example; none\r\n",
                "Authentication-Results:\r\n \r\n mx.clinic.example; none\r\n",
            })
    void takesOutWhatOnlyWeMaySay(String field) throws IOException {
        String rest = "To: <a@clinic.example>\r\nSubject: x\r\n\r\nX-Postern-A: body\r\n";
        everywhere("From: <b@far.example>\r\n" + field + rest, "From: <b@far.example>\r\n" + rest);
        everywhere(field + rest, rest);
        everywhere("From: <b@far.example>\r\n" + field, "From: <b@far.example>\r\n");
        everywhere(field + field + "\r\n", "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Postern: no namespace\r\n",
                "X-Poster-Frame: 1\r\n",
                "X-Mailer: Postern\r\n",
                "A: 1\r\nx\r\na\r\n",
                "Authentication-Results-Of: mx.clinic.example\r\n",
                "ARC-Authentication-Results: i=1; mx.clinic.example; spf=pass\r\n",
                "Authentication-Results: far.example; spf=pass\r\n smtp.mailfrom=ward.example\r\n",
                "Authentication-Results: notward.example; none\r\n",
                "Authentication-Results\r\n",
                "Subject: a\r\n Authentication-Results: mx.clinic.example; none\r\n",
                "Subject: a\r\n X-Postern-A: b\r\n",
            })
    void leavesEverythingElse(String field) throws IOException {
        String message = "From: <b@far.example>\r\n" + field + "\r\nbody\r\n\r\nX-Postern-A: b\r\n";
        everywhere(message, message);
        everywhere(field, field);
    }

    @Test
    void looksBehindALineThatIsNoField() throws IOException {
        everywhere(
                "From: a\r\nno field\r\nX-Postern-A: b\r\n\r\nc\r\n",
                "From: a\r\nno field\r\n\r\nc\r\n");
    }

    @Test
    void holdsNoMoreThanItNeeds() throws IOException {
        String others = "Authentication-Results: mx.far.example; " + "x".repeat(50_000) + "\r\n";
        everywhere("A: b\r\n" + others + "\r\n", "A: b\r\n" + others + "\r\n");
        String ours = "Authentication-Results: mx.clinic.example; " + "x".repeat(50_000) + "\r\n";
        everywhere("A: b\r\n" + ours + "\r\n", "A: b\r\n\r\n");
        String nobodys = "Authentication-Results: (" + "x".repeat(50_000) + "\r\n";
        everywhere("A: b\r\n" + nobodys + "\r\n", "A: b\r\n\r\n");
        String spaces = "Authentication-Results" + " ".repeat(50_000) + ": mx.clinic.example\r\n";
        everywhere("A: b\r\n" + spaces + "\r\n", "A: b\r\n\r\n");
    }

    @Test
    void countsWhatItTookOut() throws IOException {
        OwnFieldFilter filter = new OwnFieldFilter(new ByteArrayOutputStream(), OWN);
        filter.write(
                "X-Postern-A: b\r\nTo: c\r\nAuthentication-Results: ward.example; none"
                        .getBytes(ISO_8859_1));
        assertEquals(1, filter.removed());
        filter.finish();
        assertEquals(2, filter.removed());
    }

    private static void everywhere(String message, String expected) throws IOException {
        byte[] octets = message.getBytes(ISO_8859_1);
        assertEquals(expected, filtered(octets, octets.length, octets.length));
        assertEquals(expected, filtered(octets, 0, 1));
        for (int cut = 0; cut < Math.min(octets.length, 400); cut++) {
            assertEquals(expected, filtered(octets, cut, octets.length), "cut at " + cut);
        }
    }

    /// The first `cut` octets in one piece, then pieces of `step`.
    private static String filtered(byte[] octets, int cut, int step) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OwnFieldFilter filter = new OwnFieldFilter(out, OWN);
        filter.write(octets, 0, cut);
        for (int at = cut; at < octets.length; at += step) {
            filter.write(octets, at, Math.min(step, octets.length - at));
        }
        filter.finish();
        return out.toString(ISO_8859_1);
    }
}
