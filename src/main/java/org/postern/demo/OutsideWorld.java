package org.postern.demo;

import com.icegreen.greenmail.Managers;
import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.server.AbstractServer;
import com.icegreen.greenmail.server.ProtocolHandler;
import com.icegreen.greenmail.smtp.SmtpConnection;
import com.icegreen.greenmail.smtp.SmtpHandler;
import com.icegreen.greenmail.smtp.SmtpManager;
import com.icegreen.greenmail.smtp.SmtpServer;
import com.icegreen.greenmail.smtp.SmtpState;
import com.icegreen.greenmail.smtp.commands.MailCommand;
import com.icegreen.greenmail.smtp.commands.SmtpCommand;
import com.icegreen.greenmail.smtp.commands.SmtpCommandRegistry;
import com.icegreen.greenmail.util.DummySSLServerSocketFactory;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.postern.pki.Identity;

/// Everything beyond the gateway: the clinic's own mail server, the partner's and the patient's
/// provider, played by one GreenMail that keeps a mailbox for each person.
final class OutsideWorld implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final char[] KEYSTORE_PASSWORD = "outside-world".toCharArray();
    private static final Duration CLIENT_MAX = Duration.ofSeconds(20);
    private static final Duration START_MAX = Duration.ofMinutes(1);

    private final GreenMail greenMail;

    private OutsideWorld(GreenMail greenMail) {
        this.greenMail = greenMail;
    }

    /// Starts the servers on free ports of the loopback interface.
    ///
    /// @param tls the server's key and certificate, for `127.0.0.1`
    /// @param folder where the keystore may be written
    static OutsideWorld start(Identity tls, Path folder, List<Person> people)
            throws IOException, GeneralSecurityException {
        Path keystore = folder.resolve("outside-world.p12");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, KEYSTORE_PASSWORD);
        store.setKeyEntry(
                "tls", tls.key(), KEYSTORE_PASSWORD, tls.chain().toArray(Certificate[]::new));
        try (OutputStream out = Files.newOutputStream(keystore)) {
            store.store(out, KEYSTORE_PASSWORD);
        }
        System.setProperty(
                DummySSLServerSocketFactory.GREENMAIL_KEYSTORE_FILE_PROPERTY, keystore.toString());
        System.setProperty(
                DummySSLServerSocketFactory.GREENMAIL_KEYSTORE_PASSWORD_PROPERTY,
                new String(KEYSTORE_PASSWORD));
        GreenMail greenMail =
                new ForReports(
                        new ServerSetup[] {
                            server(ServerSetup.PROTOCOL_SMTP),
                            server(ServerSetup.PROTOCOL_SMTPS),
                            server(ServerSetup.PROTOCOL_IMAP)
                        });
        try {
            greenMail.start();
        } catch (IllegalStateException e) {
            // Those of its servers that are there would keep the program alive.
            greenMail.stop();
            throw new IOException("the world outside did not start: " + e.getMessage(), e);
        }
        for (Person person : people) {
            String address = person.address().toString();
            greenMail.setUser(address, address, person.password());
        }
        return new OutsideWorld(greenMail);
    }

    /// On a free port. A machine that is busy needs longer than the two seconds of the library.
    private static ServerSetup server(String protocol) {
        ServerSetup setup = new ServerSetup(0, LOOPBACK, protocol);
        setup.setServerStartupTimeout(START_MAX.toMillis());
        return setup;
    }

    /// SMTP in clear: for scripts that want to look at it.
    int smtpPort() {
        return greenMail.getSmtp().getPort();
    }

    /// SMTP under TLS from the first octet: the next hop of the gateway.
    int smtpsPort() {
        return greenMail.getSmtps().getPort();
    }

    int imapPort() {
        return greenMail.getImap().getPort();
    }

    /// The messages in a person's inbox as she would fetch them, by IMAP, oldest first.
    List<byte[]> inbox(Person person) throws MessagingException, IOException {
        Properties properties = new Properties();
        properties.setProperty("mail.imap.connectiontimeout", millis());
        properties.setProperty("mail.imap.timeout", millis());
        List<byte[]> messages = new ArrayList<>();
        try (Store store = Session.getInstance(properties).getStore("imap")) {
            store.connect(LOOPBACK, imapPort(), person.address().toString(), person.password());
            try (Folder inbox = store.getFolder("INBOX")) {
                inbox.open(Folder.READ_ONLY);
                for (Message message : inbox.getMessages()) {
                    ByteArrayOutputStream octets = new ByteArrayOutputStream();
                    message.writeTo(octets);
                    messages.add(octets.toByteArray());
                }
            }
        }
        return messages;
    }

    private static String millis() {
        return Long.toString(CLIENT_MAX.toMillis());
    }

    @Override
    public void close() {
        greenMail.stop();
    }

    /// Takes reports as well: GreenMail itself answers 250 to `MAIL FROM:<>`, and then refuses the
    /// recipients because nobody sends (RFC 5321 §4.5.5 says what such mail is).
    private static final class ForReports extends GreenMail {
        private ForReports(ServerSetup[] setups) {
            super(setups);
        }

        @Override
        protected Map<String, AbstractServer> createServices(
                ServerSetup[] setups, Managers managers) {
            Map<String, AbstractServer> services = super.createServices(setups, managers);
            services.replaceAll((_, server) ->
                    server instanceof SmtpServer
                            ? forReports(server.getServerSetup(), managers)
                            : server);
            return services;
        }

        private static SmtpServer forReports(ServerSetup setup, Managers managers) {
            return new SmtpServer(setup, managers) {
                @Override
                protected ProtocolHandler createProtocolHandler(Socket client) {
                    return new SmtpHandler(new Commands(), managers.getSmtpManager(), client);
                }
            };
        }
    }

    private static final class Commands extends SmtpCommandRegistry {
        @Override
        public SmtpCommand getCommand(String name) {
            SmtpCommand command = super.getCommand(name);
            return command instanceof MailCommand ? new NobodyMaySend(command) : command;
        }
    }

    /// MAIL with the null reverse-path: kept as an address without octets.
    private static final class NobodyMaySend extends SmtpCommand {
        private final SmtpCommand mail;

        private NobodyMaySend(SmtpCommand mail) {
            this.mail = mail;
        }

        @Override
        public void execute(
                SmtpConnection connection, SmtpState state, SmtpManager manager, String line)
                throws IOException {
            mail.execute(connection, state, manager, line);
            if (line.contains("<>")) {
                state.getMessage().setReturnPath(new MailAddress(""));
            }
        }
    }
}
