package org.postern.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.postern.facts.Attachment.Lock;
import org.postern.facts.FileKind;
import org.postern.testkit.Photo;

/// Kinds and locks of files, by their octets.
class FileLookTest {
    private static final int LOCAL_FLAGS = 6;

    @Test
    void filesAreKnownByTheirOctets() throws IOException {
        kind(FileKind.PDF, "%PDF-1.7\n1 0 obj");
        kind(FileKind.PDF, "\0\0junk before it\n%PDF-1.4\n");
        kind(FileKind.PROGRAM, "MZ\u0090\0\u0003");
        kind(FileKind.TEXT, "BMI;age\r\n31;50\r\n");
        kind(FileKind.TEXT, "MZ and ID3 are letters here");
        kind(FileKind.IMAGE, "BM\1\2\3\4\0\0\0\0\66\0\0\0\50\0\0\0");
        kind(FileKind.PROGRAM, "\u007fELF\u0002\u0001");
        kind(FileKind.PROGRAM, "#!/bin/sh\nrm");
        kind(FileKind.AUDIO, "#!AMR\n\4\1");
        kind(FileKind.IMAGE, "GIF89a\1\0\1\0");
        kind(FileKind.IMAGE, "RIFF\0\0\0\0WEBPVP8 ");
        kind(FileKind.IMAGE, "\0\0\0\u0018ftypheic");
        kind(FileKind.VIDEO, "\0\0\0\u0018ftypmp42");
        kind(FileKind.AUDIO, "RIFF\0\0\0\0WAVEfmt ");
        kind(FileKind.ARCHIVE, "7z\u00bc\u00af'\u001c\0\4");
        kind(FileKind.ARCHIVE, "Rar!\u001a\u0007\1\0");
        kind(FileKind.TEXT, "MRN;name\r\n4711;x\r\n");
        kind(FileKind.TEXT, "");
        kind(FileKind.OTHER, "\1\2\3\4");
        assertEquals(FileKind.IMAGE, look(Photo.of("jpeg", 8, 8)).kind());
        assertEquals(FileKind.ARCHIVE, look(gzip("x")).kind());
        assertEquals(FileKind.ZIP, look(zip("notes.txt", 10)).kind());
        assertEquals(FileKind.OFFICE, look(zip("[Content_Types].xml", 10)).kind());
        assertEquals(FileKind.OFFICE, look(zip("word/document.xml", 10)).kind());
    }

    /// A name is what a stranger wrote; the octets are what a program will open.
    @Test
    void anArchiveIsLockedIfOneEntryIs() throws IOException {
        byte[] open = zip("notes.txt", 100_000);
        assertEquals(new FileLook.Seen(FileKind.ZIP, open.length, Lock.OPEN), look(open));
        byte[] locked = open.clone();
        locked[LOCAL_FLAGS] |= 1;
        assertEquals(Lock.LOCKED, look(locked).lock());
        byte[] cut = Arrays.copyOf(open, open.length - 80);
        assertEquals(Lock.UNKNOWN, look(cut).lock(), "its directory is not there");
    }

    /// The mark begins in one block and ends in the next, at each place where that may be.
    @Test
    void marksAcrossBlocksAreFound() throws IOException {
        for (int before = 16_370; before <= 16_390; before++) {
            String text = "%PDF-1.7\n" + "x".repeat(before - 9) + "/Encrypt 5 0 R";
            assertEquals(Lock.LOCKED, look(octets(text)).lock(), before + " octets before it");
        }
    }

    /// Programs that unpack begin at the end, and names of PDF may be written by their codes.
    @Test
    void whatIsHiddenIsNotOpenForCertain() throws IOException {
        byte[] archive = zip("notes.txt", 100);
        byte[] behind = octets("\u00ff\u00d8\u00ff\u00e0 a picture, and then ");
        byte[] both = Arrays.copyOf(behind, behind.length + archive.length);
        System.arraycopy(archive, 0, both, behind.length, archive.length);
        assertEquals(FileKind.IMAGE, look(both).kind());
        assertEquals(Lock.UNKNOWN, look(both).lock());
        assertEquals(Lock.UNKNOWN, look(zip("inner.ZIP", 100)).lock());
        assertEquals(Lock.LOCKED, look(octets("%PDF-1.7 /#45ncr#79pt 5 0 R")).lock());
        assertEquals(Lock.UNKNOWN, look(octets("\1\2 pgp or anything")).lock());
    }

    @Test
    void officeFilesUnderAPasswordAreLocked() throws IOException {
        byte[] compound = compound(new byte[0]);
        assertEquals(
                new FileLook.Seen(FileKind.OLE, compound.length, Lock.UNKNOWN), look(compound));
        byte[] name = "EncryptedPackage".getBytes(StandardCharsets.UTF_16LE);
        System.arraycopy(name, 0, compound, 1_024, name.length);
        assertEquals(Lock.LOCKED, look(compound).lock());
        byte[] word = {(byte) 0xEC, (byte) 0xA5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        assertEquals(Lock.OPEN, look(compound(word)).lock());
        word[11] = 1;
        assertEquals(Lock.LOCKED, look(compound(word)).lock());
        byte[] excel = new byte[30];
        System.arraycopy(octets("\t\u0008\u0010\0"), 0, excel, 0, 4);
        assertEquals(Lock.OPEN, look(compound(excel)).lock());
        excel[20] = '/';
        assertEquals(Lock.LOCKED, look(compound(excel)).lock());
    }

    @Test
    void whatWouldHaveToBeUnpackedIsUnknown() throws IOException {
        assertEquals(Lock.UNKNOWN, look(octets("7z\u00bc\u00af'\u001c\0\4")).lock());
        assertEquals(Lock.UNKNOWN, look(gzip("x")).lock());
        assertEquals(Lock.OPEN, look(octets("%PDF-1.7 no such key")).lock());
    }

    private static byte[] compound(byte[] stream) {
        byte[] octets = new byte[4_096];
        byte[] mark = octets("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1");
        System.arraycopy(mark, 0, octets, 0, mark.length);
        System.arraycopy(stream, 0, octets, 512, stream.length);
        return octets;
    }

    private static byte[] zip(String name, int octets) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(new byte[octets]);
        }
        return out.toByteArray();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(octets(text));
        }
        return out.toByteArray();
    }

    private static void kind(FileKind expected, String head) throws IOException {
        assertEquals(expected, look(octets(head)).kind(), head);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static FileLook.Seen look(byte[] octets) throws IOException {
        return new FileLook().of(new ByteArrayInputStream(octets));
    }
}
