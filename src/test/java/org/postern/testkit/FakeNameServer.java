package org.postern.testkit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A recursive resolver on a loopback port, over UDP and TCP, that answers from a zone of a test.
public final class FakeNameServer implements AutoCloseable {
    /// What a client takes that says nothing, and what ours says.
    private static final int UDP_OCTETS_MAX = 1_232;

    private final FakeZone zone;
    private final DatagramSocket udp;
    private final ServerSocket tcp;

    private FakeNameServer(FakeZone zone, DatagramSocket udp, ServerSocket tcp) {
        this.zone = zone;
        this.udp = udp;
        this.tcp = tcp;
        Thread.ofPlatform().daemon().name("fake-dns-udp").start(this::serveUdp);
        Thread.ofPlatform().daemon().name("fake-dns-tcp").start(this::serveTcp);
    }

    public static FakeNameServer start(FakeZone zone) throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        IOException last = new IOException("no port is free for both");
        for (int i = 0; i < 20; i++) {
            ServerSocket tcp = new ServerSocket(0, 50, here);
            try {
                return new FakeNameServer(zone, new DatagramSocket(tcp.getLocalPort(), here), tcp);
            } catch (IOException e) {
                tcp.close();
                last = e;
            }
        }
        throw last;
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }

    private void serveUdp() {
        byte[] octets = new byte[65_535];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(octets, octets.length);
                udp.receive(packet);
                byte[] asked = Arrays.copyOf(packet.getData(), packet.getLength());
                Optional<Message> response = answer(new Message(asked));
                if (response.isPresent()) {
                    // The library cuts what does not fit, and says so.
                    byte[] answer = response.get().toWire(UDP_OCTETS_MAX);
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // Closed, or not a question: a client that waits finds its own deadline.
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try {
                Socket socket = tcp.accept();
                Thread.ofVirtual().start(() -> serveTcp(socket));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void serveTcp(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            while (true) {
                byte[] asked = in.readNBytes(in.readUnsignedShort());
                Optional<Message> response = answer(new Message(asked));
                if (response.isEmpty()) {
                    return;
                }
                byte[] answer = response.get().toWire();
                out.writeShort(answer.length);
                out.write(answer);
                out.flush();
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private Optional<Message> answer(Message query) throws IOException {
        Record question = query.getQuestion();
        String first = question.getName().toString(true);
        Message response = new Message(query.getHeader().getID());
        response.getHeader().setFlag(Flags.QR);
        response.getHeader().setFlag(Flags.RA);
        response.addRecord(question, Section.QUESTION);
        Set<String> seen = new HashSet<>();
        String name = first;
        while (seen.add(name)) {
            switch (zone.trouble(name)) {
                case SILENT -> {
                    return Optional.empty();
                }
                case FAILS -> {
                    response.getHeader().setRcode(Rcode.SERVFAIL);
                    return Optional.of(response);
                }
                case PROVES_NOTHING -> {
                    return Optional.of(response);
                }
                case CUT -> response.getHeader().setFlag(Flags.TC);
                case null -> {}
            }
            List<String> alias = zone.texts(name, "CNAME");
            if (alias.isEmpty()) {
                break;
            }
            response.addRecord(record(name, Type.CNAME, alias.getFirst()), Section.ANSWER);
            name = alias.getFirst().substring(0, alias.getFirst().length() - 1);
        }
        if (query.getHeader().getFlag(Flags.AD) && zone.isSecure(first) && zone.isSecure(name)) {
            response.getHeader().setFlag(Flags.AD);
        }
        String type = Type.string(question.getType());
        for (String text : zone.texts(name, type)) {
            response.addRecord(record(name, question.getType(), text), Section.ANSWER);
        }
        if (zone.texts(name, type).isEmpty()) {
            response.addRecord(
                    record("example", Type.SOA, "ns.example. host.example. 1 2 3 4 " + zone.ttl()),
                    Section.AUTHORITY);
            if (!zone.isKnown(name)) {
                response.getHeader().setRcode(Rcode.NXDOMAIN);
            }
        }
        return Optional.of(response);
    }

    private Record record(String name, int type, String text) throws IOException {
        return Record.fromString(
                Name.fromString(name, Name.root), type, DClass.IN, zone.ttl(), text, Name.root);
    }
}
