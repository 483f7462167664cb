package org.postern.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.postern.entrance.Where;
import org.postern.mail.DeliveryOutcome.Proof;
import org.postern.net.HostLookup;
import org.postern.net.PeerProof;
import org.postern.net.TlsMaterial;
import org.postern.net.TlsTrust;

/// A clinic's own IMAP server that says what a script has it say, and proves its name.
public final class FakeClinic {
    /// Of its certificate.
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    public static final HostLookup HERE = _ -> List.of(InetAddress.getLoopbackAddress());

    private FakeClinic() {}

    /// Up to where somebody has said her password; the answer to it has the tag `p2`.
    public static List<String> asked(String user, String password) {
        String message = "\0" + user + "\0" + password;
        return List.of(
                "S * OK ready",
                "C p1 CAPABILITY",
                "S * CAPABILITY IMAP4rev1 AUTH=PLAIN",
                "S p1 OK done",
                "C p2 AUTHENTICATE PLAIN",
                "S + ",
                "C " + Base64.getEncoder().encodeToString(message.getBytes(UTF_8)));
    }

    /// Two scripts, one behind the other.
    public static List<String> script(List<String> first, String... more) {
        List<String> whole = new ArrayList<>(first);
        whole.addAll(List.of(more));
        return whole;
    }

    /// The certificate that it shows.
    public static TlsMaterial tls() {
        return TestTls.server(AUTHORITY.server("localhost"));
    }

    /// Plays a script with one client.
    public static ScriptedServer playing(List<String> script, String... more) throws IOException {
        return ScriptedServer.underTls(tls(), script, List.of(more));
    }

    /// Plays one script with each client in turn.
    public static ScriptedServer inTurn(List<List<String>> scripts) throws IOException {
        return ScriptedServer.inTurn(tls(), scripts);
    }

    /// One that is under TLS from the first octet.
    public static Where at(int port) {
        return at(port, Where.Tls.IMPLICIT);
    }

    public static Where at(int port, Where.Tls tls) {
        TlsTrust trust =
                TlsTrust.of(
                        List.of(AUTHORITY.authority().certificate()),
                        new ManualClock(TestAuthority.NOW));
        return new Where("localhost", port, tls, new PeerProof.Path(trust, Proof.CA));
    }
}
