package org.postern.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.postern.follow.ReturnAddresses.Doors;
import org.postern.follow.ReturnAddresses.Kind;
import org.postern.follow.ReturnAddresses.Reference;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mailbox.MessageKey;
import org.postern.testkit.TestVault;

class ReturnAddressesTest {
    private static final Domain HOST = new Domain("mail.clinic.example");

    private final ReturnAddresses addresses =
            new ReturnAddresses(TestVault.one(), HOST, new Doors(true, true));
    private final SplittableRandom random = new SplittableRandom(4);

    private MessageKey key() {
        byte[] octets = new byte[16];
        random.nextBytes(octets);
        return new MessageKey(Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
    }

    @Test
    void whatIsWrittenIsReadInAnyCase() {
        for (int i = 0; i < 1_000; i++) {
            MessageKey key = key();
            Address reply = addresses.reply(key).orElseThrow();
            assertEquals(44, reply.localPart().length());
            assertEquals(Optional.of(new Reference(Kind.REPLY, key)), addresses.read(reply));
            Address shouted = new Address(reply.localPart().toUpperCase(Locale.ROOT), HOST);
            assertEquals(Optional.of(new Reference(Kind.REPLY, key)), addresses.read(shouted));
            assertEquals(
                    Kind.BOUNCE,
                    addresses.read(addresses.bounce(key).orElseThrow()).orElseThrow().kind());
            assertEquals(
                    Kind.COMMAND,
                    addresses.read(addresses.command(key).orElseThrow()).orElseThrow().kind());
        }
    }

    @Test
    void nobodyElseCanMakeOneOrChangeItsKind() {
        Address reply = addresses.reply(key()).orElseThrow();
        String local = reply.localPart();
        assertEquals(
                Optional.empty(),
                addresses.read(new Address("c" + local.substring(1), HOST)),
                "the patient's address gives no commands");
        for (int i = 2; i < local.length(); i++) {
            char other = local.charAt(i) == '0' ? '1' : '0';
            String changed = local.substring(0, i) + other + local.substring(i + 1);
            assertEquals(Optional.empty(), addresses.read(new Address(changed, HOST)), changed);
        }
        assertEquals(
                Optional.empty(), addresses.read(new Address(local, new Domain("clinic.example"))));
        for (String bad : new String[] {"r+", "postmaster", "r", local + "0", "x" + local}) {
            assertEquals(Optional.empty(), addresses.read(new Address(bad, HOST)), bad);
        }
    }

    @Test
    void whereNothingComesInThereIsNone() {
        ReturnAddresses closed =
                new ReturnAddresses(TestVault.one(), HOST, new Doors(false, false));
        assertTrue(closed.reply(key()).isEmpty());
        assertTrue(closed.bounce(key()).isEmpty());
        assertTrue(closed.command(key()).isEmpty());
        assertNotEquals(addresses.reply(key()), addresses.reply(key()));
    }
}
