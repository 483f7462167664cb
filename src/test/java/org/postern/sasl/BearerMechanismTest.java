package org.postern.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.postern.sasl.BearerMechanism.OAUTHBEARER;
import static org.postern.sasl.BearerMechanism.XOAUTH2;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.sasl.BearerMechanism.Message;

class BearerMechanismTest {
    private static Message read(BearerMechanism mechanism, String written) {
        return mechanism.message(written.replace('^', '\1').getBytes(UTF_8));
    }

    /// RFC 7628 §4.1, and what curl and Thunderbird say.
    @Test
    void aMessageIsRead() {
        assertEquals(
                new Message("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="),
                read(
                        OAUTHBEARER,
                        "n,a=user@example.com,^host=server.example.com^port=143^auth=Bearer"
                                + " vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==^^"));
        assertEquals(new Message("", "t"), read(OAUTHBEARER, "y,,^auth=bearer t^^"));
        assertEquals(
                new Message("a,b=c", "t"), read(OAUTHBEARER, "n,a=a=2Cb=3Dc,^auth=Bearer t^^"));
        assertEquals(new Message("a@b", "t"), read(XOAUTH2, "user=a@b^auth=Bearer t^^"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "^",
                "^^",
                "n,a=u,^auth=Bearer t^",
                "n,a=u,^auth=Basic t^^",
                "n,a=u,^host=h^^",
                "n,a=u,^auth=Bearer t^auth=Bearer s^^",
                "p=tls-unique,a=u,^auth=Bearer t^^",
                "n,u,^auth=Bearer t^^",
                "n,a=u^auth=Bearer t^^",
                "user=u^auth=Bearer t^^"
            })
    void whatIsNoneNamesNobody(String written) {
        assertEquals(Message.NONE, read(OAUTHBEARER, written));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "^^", "n,a=u,^auth=Bearer t^^", "user=u^auth=t^^", "user=u^^"})
    void soItIsWithTheOlderOne(String written) {
        assertEquals(Message.NONE, read(XOAUTH2, written));
    }
}
