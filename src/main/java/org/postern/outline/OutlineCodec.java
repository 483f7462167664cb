package org.postern.outline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The form in which an outline is kept, before it is sealed.
public final class OutlineCodec {
    private static final byte VERSION = 2;
    private static final int DEPTH_MAX = 101;

    /// By the number that stands for each.
    private static final List<Node.Kind> KINDS =
            List.of(Node.Kind.LEAF, Node.Kind.MULTIPART, Node.Kind.MESSAGE);

    private OutlineCodec() {}

    /// As characters of ISO 8859-1.
    public static String encode(Outline outline) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(octets)) {
            out.writeByte(VERSION);
            write(out, outline.header());
            write(out, outline.envelope());
            write(out, outline.body());
            write(out, outline.structure());
            write(out, outline.root());
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return octets.toString(ISO_8859_1);
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] written = text.getBytes(ISO_8859_1);
        out.writeInt(written.length);
        out.write(written);
    }

    private static void write(DataOutputStream out, Node node) throws IOException {
        out.writeByte(KINDS.indexOf(node.kind()));
        out.writeLong(node.begin());
        out.writeLong(node.body());
        out.writeLong(node.end());
        out.writeInt(node.children().size());
        for (Node child : node.children()) {
            write(out, child);
        }
    }

    /// @throws IOException if a newer release wrote it, or it is none
    ///
    /// @param octets of what `encode` made
    public static Outline decode(byte[] octets) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets));
        if (in.readByte() != VERSION) {
            throw new IOException("an outline of another release");
        }
        String header = text(in);
        String envelope = text(in);
        String body = text(in);
        return new Outline(header, envelope, body, text(in), node(in, 1));
    }

    private static String text(DataInputStream in) throws IOException {
        byte[] octets = new byte[Math.min(in.readInt(), in.available())];
        in.readFully(octets);
        return new String(octets, ISO_8859_1);
    }

    private static Node node(DataInputStream in, int depth) throws IOException {
        int kind = in.readByte();
        if (depth > DEPTH_MAX || kind < 0 || kind >= KINDS.size()) {
            throw new IOException("an outline of another release");
        }
        long begin = in.readLong();
        long body = in.readLong();
        long end = in.readLong();
        int count = in.readInt();
        List<Node> children = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            children.add(node(in, depth + 1));
        }
        return new Node(KINDS.get(kind), begin, body, end, children);
    }
}
