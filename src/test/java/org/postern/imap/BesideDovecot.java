package org.postern.imap;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.postern.testkit.DovecotPeer;
import org.postern.testkit.ImapPeer;
import org.postern.testkit.TestAuthority;
import org.postern.testkit.TestTls;

/// Our server and a Dovecot with the same account, and a session in each.
final class BesideDovecot implements AutoCloseable {
    static final String OWNER = "anna@clinic.example";

    private final DovecotPeer dovecot;
    final ImapWorld world;
    final ImapPeer ours;
    final ImapPeer theirs;

    /// @param home a folder of the test's own
    BesideDovecot(Path home) throws Exception {
        TestAuthority authority = TestAuthority.create();
        SSLContext trusting = TestTls.client(List.of(authority.authority().certificate()));
        dovecot = DovecotPeer.start(authority.server("localhost"), OWNER, ImapWorld.SECRET);
        world = new ImapWorld(home);
        ours = world.peer();
        theirs = ImapPeer.secured(dovecot.imapPort(), trusting);
        both("LOGIN " + OWNER + " \"" + ImapWorld.SECRET + "\"");
    }

    /// Has both do the same.
    void both(String command) throws IOException {
        ours.ask(command);
        theirs.ask(command);
    }

    @Override
    public void close() throws IOException {
        try (dovecot;
                world;
                ours;
                theirs) {
            // All of them, whatever becomes of the others.
        }
    }
}
