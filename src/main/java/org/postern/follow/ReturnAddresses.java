package org.postern.follow;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mailbox.MessageKey;
import org.postern.vault.Vault;

/// Addresses of the gateway's own that name a message: `r+…` for a patient's ordinary answer, `b+…`
/// for what comes back, `c+…` for a clinician's command. What stands behind the plus is the key of
/// the message and a MAC over it under a key of the vault, in 42 digits and small letters, because
/// some programs change capitals. Nobody else can make one, and one kind cannot be made into
/// another. Whether its message still exists the address does not say.
public final class ReturnAddresses {
    private static final int KEY_OCTETS = 16;
    private static final int MAC_OCTETS = 10;
    private static final int DIGITS = 42;
    private static final int RADIX = 32;

    private final Vault vault;
    private final Domain host;
    private final Doors doors;

    /// What can reach the gateway.
    ///
    /// @param inbound whether mail from outside can
    /// @param submission whether clinicians log in here
    public record Doors(boolean inbound, boolean submission) {}

    /// What an address is for.
    public enum Kind {
        REPLY('r'),
        BOUNCE('b'),
        COMMAND('c');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    /// What an address says.
    public record Reference(Kind kind, MessageKey key) {}

    /// @param host the gateway's own name, whose mail comes to the inbound listener
    public ReturnAddresses(Vault vault, Domain host, Doors doors) {
        this.vault = vault;
        this.host = host;
        this.doors = doors;
    }

    /// The domain of all these addresses.
    public Domain host() {
        return host;
    }

    /// For ordinary answers to a notice.
    public Optional<Address> reply(MessageKey key) {
        return doors.inbound() ? Optional.of(address(Kind.REPLY, key)) : Optional.empty();
    }

    /// For reports about a notice.
    public Optional<Address> bounce(MessageKey key) {
        return doors.inbound() ? Optional.of(address(Kind.BOUNCE, key)) : Optional.empty();
    }

    /// For commands about a message.
    public Optional<Address> command(MessageKey key) {
        return doors.submission() ? Optional.of(address(Kind.COMMAND, key)) : Optional.empty();
    }

    /// What an address says; empty if it is none of ours.
    public Optional<Reference> read(Address address) {
        if (!address.domain().equals(host)) {
            // All other mail: asked for every recipient.
            return Optional.empty();
        }
        String local = address.localPart().toLowerCase(Locale.ROOT);
        if (!local.matches("[rbc]\\+[0-9a-v]{42}")) {
            return Optional.empty();
        }
        byte[] octets = octets(new BigInteger(local.substring(2), RADIX));
        MessageKey key = key(Arrays.copyOf(octets, KEY_OCTETS));
        for (Kind kind : Kind.values()) {
            byte[] expected = address(kind, key).localPart().getBytes(StandardCharsets.US_ASCII);
            if (MessageDigest.isEqual(expected, local.getBytes(StandardCharsets.US_ASCII))) {
                return Optional.of(new Reference(kind, key));
            }
        }
        return Optional.empty();
    }

    private Address address(Kind kind, MessageKey key) {
        byte[] name = Base64.getUrlDecoder().decode(key.value());
        byte[] mac = vault.mac("return-address", new byte[] {(byte) kind.letter}, name);
        byte[] octets = Arrays.copyOf(name, KEY_OCTETS + MAC_OCTETS);
        System.arraycopy(mac, 0, octets, KEY_OCTETS, MAC_OCTETS);
        String digits = new BigInteger(1, octets).toString(RADIX);
        return new Address(kind.letter + "+" + "0".repeat(DIGITS - digits.length()) + digits, host);
    }

    /// 42 digits hold two bits more than there are: what is too large is cut, and its MAC is wrong.
    private static byte[] octets(BigInteger number) {
        byte[] octets = new byte[KEY_OCTETS + MAC_OCTETS];
        byte[] all = number.toByteArray();
        int count = Math.min(all.length, octets.length);
        System.arraycopy(all, all.length - count, octets, octets.length - count, count);
        return octets;
    }

    private static MessageKey key(byte[] octets) {
        return new MessageKey(Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
    }
}
