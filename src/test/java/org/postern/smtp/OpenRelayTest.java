package org.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.testkit.SmtpPeer;

/// S18: twenty forms in which strangers ask an open relay, under four kinds of sender.
class OpenRelayTest {
    private static final List<String> FORMS =
            List.of(
                    "victim@ext.example",
                    "victim%ext.example@clinic.example",
                    "victim%ext.example@mx.clinic.example",
                    "ext.example!victim",
                    "ext.example!victim@clinic.example",
                    "@clinic.example:victim@ext.example",
                    "@clinic.example,@mx.clinic.example:victim@ext.example",
                    "@ext.example:alice@clinic.example",
                    "\"victim@ext.example\"",
                    "\"victim@ext.example\"@clinic.example",
                    "\"victim%ext.example\"@clinic.example",
                    "victim@ext.example@clinic.example",
                    "victim@[127.0.0.1]",
                    "victim@[IPv6:::1]",
                    "victim@2130706433",
                    "victim@clinic.example.",
                    "victim@ext.example.clinic.example",
                    "victim@xclinic.example",
                    "victim\uFF20ext.example@clinic.example",
                    "victim@clinic\u3002example");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "postmaster@[127.0.0.1]",
                "alice@clinic.example",
                "stranger@ext.example"
            })
    void everyFormIsRefused(String sender) throws IOException {
        assertEquals(20, FORMS.size());
        try (World world = new World(SmtpListener.Kind.INBOUND)) {
            for (String form : FORMS) {
                try (SmtpPeer peer = world.connect()) {
                    peer.expect("220 *");
                    peer.ask("EHLO stranger.example", "250 *");
                    peer.say("MAIL FROM:<" + sender + "> SMTPUTF8");
                    peer.line();
                    peer.send(("RCPT TO:<" + form + ">\r\n").getBytes(StandardCharsets.UTF_8));
                    String reply = peer.line();
                    assertFalse(reply.startsWith("2"), form + ": " + reply);
                    peer.say("DATA");
                    assertEquals('5', peer.line().charAt(0), form);
                }
            }
            assertEquals(List.of(), world.reception.received());
        }
    }
}
