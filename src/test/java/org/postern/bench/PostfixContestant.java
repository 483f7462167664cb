package org.postern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.List;
import org.postern.demo.SampleClinic;
import org.postern.pki.Pem;
import org.postern.testkit.Peers;
import org.postern.testkit.PostfixPeer;

/// Postfix from Debian with its default limits, relaying to the sink: as it is, or through a pipe
/// filter that encrypts each message with openssl and hands it back by sendmail, as its own
/// FILTER_README describes.
///
/// It runs in a mount namespace of its own in which its folder is `/etc/postfix`, because sendmail
/// and postdrop take no other configuration from an ordinary user.
final class PostfixContestant implements Contestant {
    private static final String MAIN =
            """
            compatibility_level = 3.6
            queue_directory = %1$s/queue
            data_directory = %1$s/data
            command_directory = /usr/sbin
            daemon_directory = /usr/lib/postfix/sbin
            mail_owner = postfix
            setgid_group = postdrop
            maillog_file = %1$s/log
            maillog_file_prefixes = %1$s
            myhostname = postfix.example
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            smtp_host_lookup = native
            mynetworks = 127.0.0.0/8
            mydestination =
            alias_maps =
            alias_database =
            relayhost = [127.0.0.1]:%2$d
            smtp_tls_security_level = none
            smtpd_tls_security_level = none
            smtpd_client_connection_rate_limit = 0
            message_size_limit = 104857600
            """;

    private static final String SERVICES =
            """
            127.0.0.1:%1$d inet n - n - - smtpd %2$s
            pickup unix n - n 60 1 pickup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            tlsmgr unix - - n 1000? 1 tlsmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            verify unix - - n - 1 verify
            flush unix n - n 1000? 0 flush
            proxymap unix - - n - - proxymap
            smtp unix - - n - - smtp
            relay unix - - n - - smtp
            showq unix n - n - - showq
            error unix - - n - - error
            retry unix - - n - - error
            anvil unix - - n - 1 anvil
            scache unix - - n - 1 scache
            postlog unix-dgram n - n - 1 postlogd
            encrypt unix - n n - 10 pipe flags=Rq user=nobody null_sender=
              argv=%3$s/encrypt ${sender} ${recipient}
            """;

    private static final String FILTER =
            """
            #!/bin/sh
            # Encrypts one message and hands it back; 75 tells Postfix to try again.
            openssl cms -encrypt -aes-256-cbc -from "$1" -to "$2" -subject '[...]' \\
                %1$s/partner.pem \\
                | /usr/sbin/sendmail -G -i -f "$1" -- "$2" || exit 75
            """;

    /// What Debian keeps beside the configuration and Postfix needs there.
    private static final List<String> SHARED =
            List.of("postfix-files", "dynamicmaps.cf", "post-install", "postfix-script");

    private final String name;
    private final int port;
    private final Path folder;
    private final Process process;

    private PostfixContestant(String name, int port, Path folder, Process process) {
        this.name = name;
        this.port = port;
        this.folder = folder;
        this.process = process;
    }

    static PostfixContestant plain(Path folder, int sink) throws IOException {
        return start("Postfix", folder, sink, "");
    }

    /// @param certificate of whom everything is encrypted to
    static PostfixContestant encrypting(Path folder, int sink, X509Certificate certificate)
            throws IOException {
        Files.createDirectories(folder);
        Pem.write(folder.resolve("partner.pem"), List.of(certificate));
        Path filter = folder.resolve("encrypt");
        Files.writeString(filter, FILTER.formatted(folder));
        Files.setPosixFilePermissions(filter, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(
                folder.resolve("partner.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        return start(
                "Postfix with openssl filter", folder, sink, "-o content_filter=encrypt:dummy");
    }

    private static PostfixContestant start(String name, Path folder, int sink, String options)
            throws IOException {
        Path program = Peers.program("postfix");
        Peers.root();
        for (String each : List.of("conf", "queue", "data")) {
            Files.createDirectories(folder.resolve(each));
        }
        Files.setOwner(
                folder.resolve("data"),
                folder.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("postfix"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        int port = SampleClinic.Ports.one();
        Path conf = folder.resolve("conf");
        for (String shared : SHARED) {
            Files.copy(
                    Path.of("/etc/postfix", shared),
                    conf.resolve(shared),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.writeString(conf.resolve("main.cf"), MAIN.formatted(folder, sink));
        Files.writeString(conf.resolve("master.cf"), SERVICES.formatted(port, options, folder));
        Process process =
                new ProcessBuilder(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                "mount --bind \"$1\" /etc/postfix && exec \"$2\" start-fg",
                                "sh",
                                conf.toString(),
                                program.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("out").toFile())
                        .start();
        if (!PostfixPeer.waitForPort(port, process)) {
            process.destroy();
            throw new IOException(
                    "Postfix did not start: " + Files.readString(folder.resolve("out")));
        }
        return new PostfixContestant(name, port, folder, process);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public double cpuSeconds() throws IOException {
        return ProcessTree.cpuSeconds(master());
    }

    /// The process that starts all others; it outlives the shell script that started it.
    private ProcessHandle master() throws IOException {
        String pid = Files.readString(folder.resolve("queue/pid/master.pid")).strip();
        return ProcessHandle.of(Long.parseLong(pid)).orElse(process.toHandle());
    }

    @Override
    public void close() throws IOException {
        ProcessHandle master = master();
        master.destroy();
        master.onExit().join();
        process.onExit().join();
    }
}
