package org.postern.audit;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.postern.vault.Vault;

/// How one line of the log is bound to the one before: `{"seq":7,…,"mac":"…"}`, the MAC over the
/// MAC before and over the line without its own.
///
/// It works on the octets of a line, each as one character (ISO-8859-1), and not on parsed JSON, so
/// that every octet counts.
final class AuditChain {
    private static final String OPEN = "{\"seq\":";
    private static final String TRAILER = ",\"mac\":\"";
    private static final String END = "\"}";
    private static final int TRAILER_OCTETS = TRAILER.length() + Anchor.MAC_DIGITS + END.length();
    private static final int SEQ_DIGITS_MAX = 18;

    private final Vault vault;

    AuditChain(Vault vault) {
        this.vault = vault;
    }

    /// @param line without its line end
    /// @param anchor what the line is
    record Link(String line, Anchor anchor) {}

    /// The line that follows an anchor.
    ///
    /// @param members the entry's JSON members without braces and without `seq`, ASCII only
    Link link(Anchor previous, String members) {
        long seq = previous.seq() + 1;
        String open = "{\"seq\":" + seq + "," + members;
        String mac = mac(previous, open);
        return new Link(open + ",\"mac\":\"" + mac + "\"}", new Anchor(seq, mac));
    }

    /// The anchor that a line claims to be; whether it is true is not looked at.
    ///
    /// @return empty if it is no line of ours
    static Optional<Anchor> claimed(String line) {
        // By hand: a start reads all lines of days here, before any of this is compiled.
        int open = line.length() - TRAILER_OCTETS;
        if (open < OPEN.length()
                || !line.startsWith(OPEN)
                || !line.startsWith(TRAILER, open)
                || !line.endsWith(END)) {
            return Optional.empty();
        }
        int begin = open + TRAILER.length();
        String mac = line.substring(begin, begin + Anchor.MAC_DIGITS);
        long seq = seq(line);
        return seq > 0 && Anchor.isMac(mac) ? Optional.of(new Anchor(seq, mac)) : Optional.empty();
    }

    /// The number at the beginning of a line; 0 if there is none of ours.
    private static long seq(String line) {
        long seq = 0;
        int at = OPEN.length();
        int most = at + SEQ_DIGITS_MAX;
        while (at < most && isDigit(line.charAt(at)) && (seq > 0 || line.charAt(at) != '0')) {
            seq = seq * 10 + (line.charAt(at) - '0');
            at++;
        }
        return line.charAt(at) == ',' ? seq : 0;
    }

    private static boolean isDigit(char octet) {
        return octet >= '0' && octet <= '9';
    }

    /// Whether a line is the one that follows an anchor.
    ///
    /// @param claim what the line claims to be
    boolean follows(Anchor previous, String line, Anchor claim) {
        return claim.seq() == previous.seq() + 1 && claim.mac().equals(mac(previous, open(line)));
    }

    /// What proves a line of the head file.
    String headProof(Anchor anchor) {
        return HexFormat.of().formatHex(vault.mac("audit-head", octets(anchor.toString())));
    }

    private String mac(Anchor previous, String open) {
        return HexFormat.of().formatHex(vault.mac("audit", previous.octets(), octets(open)));
    }

    private static String open(String line) {
        return line.substring(0, line.length() - TRAILER_OCTETS);
    }

    private static byte[] octets(String line) {
        return line.getBytes(StandardCharsets.ISO_8859_1);
    }
}
