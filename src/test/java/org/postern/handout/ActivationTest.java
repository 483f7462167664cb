package org.postern.handout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.keyring.IssuedBook;
import org.postern.keyring.IssuedBook.Use;
import org.postern.keyring.Owner;
import org.postern.keyring.RevokedBook;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mime.HeaderSection;
import org.postern.opening.SmimeReader;
import org.postern.pki.Identity;
import org.postern.pki.KeyKind;
import org.postern.pki.PartnerDirectory;
import org.postern.pki.Pem;
import org.postern.smime.SmimeDecryptor;
import org.postern.testkit.ManualClock;
import org.postern.testkit.SmimeMail;
import org.postern.testkit.SmimeMail.By;
import org.postern.testkit.TestAuthority;

/// A certificate comes into use by a mail of its owner that is signed with its very key, and by
/// nothing else that a mail can hold.
class ActivationTest {
    private static final String MARIA = "maria@homemail.example";
    private static final Owner.Person OWNER = new Owner.Person(Address.of(MARIA));
    private static final String TEXT = "Content-Type: text/plain\r\n\r\nHello\r\n";

    @TempDir Path home;

    private final ManualClock clock = new ManualClock(TestAuthority.NOW);
    private final List<String> audit = new ArrayList<>();
    private ClinicBooks books;
    private Identity maria;

    @BeforeEach
    void issue() throws Exception {
        books = ClinicBooks.in(home, clock);
        maria = issued();
        clock.advance(Duration.ofMinutes(1));
    }

    private Identity issued() throws Exception {
        Identity identity = books.issuing().issueOutside(OWNER, KeyKind.P_256);
        books.issued().add(OWNER, identity.chain());
        return identity;
    }

    /// @return whether it is one of the record
    private boolean note(String from, String entity) throws Exception {
        return note(activation(), from, entity);
    }

    private Activation activation() {
        return new Activation(
                books.issued(),
                books.keyring().revoked(),
                (act, detail) -> audit.add(act + ": " + detail),
                clock);
    }

    private boolean note(Activation activation, String from, String entity) throws Exception {
        Content message = Content.of(("From: <" + from + ">\r\n" + entity).getBytes(US_ASCII));
        return activation.note(
                HeaderSection.read(message),
                new SmimeReader(
                                PartnerDirectory.load(home.resolve("partners")),
                                new SmimeDecryptor(List.of()))
                        .read(message, clock.instant()),
                clock.instant());
    }

    private List<Use> uses() throws IOException {
        return books.issued().all().stream().map(IssuedBook.Issued::use).toList();
    }

    @Test
    void herOwnSignatureActivatesIt() throws Exception {
        assertTrue(note(MARIA, SmimeMail.clear(TEXT, By.ec(maria))));
        assertEquals(List.of(Use.BY_SIGNED_MAIL), uses());
        assertEquals(
                List.of(
                        "certificate activated: maria@homemail.example (1), by a mail that was"
                                + " signed with it"),
                audit);
        assertTrue(note(MARIA, SmimeMail.opaque(TEXT, By.ec(maria))));
        assertEquals(1, audit.size(), "once");
    }

    /// What is known of the record is up to two seconds old.
    @Test
    void twoMailsAtOnceAreOneActivation() throws Exception {
        Activation activation = activation();
        assertTrue(note(activation, MARIA, SmimeMail.clear(TEXT, By.ec(maria))));
        assertTrue(note(activation, MARIA, SmimeMail.opaque(TEXT, By.ec(maria))));
        assertEquals(List.of(Use.BY_SIGNED_MAIL), uses());
        assertEquals(1, audit.size());
    }

    /// With the clinic's authority among the anchors it is no other.
    @Test
    void soItDoesWhereTheAuthorityIsAnAnchor() throws Exception {
        Path anchors = Files.createDirectories(home.resolve("partners/anchors"));
        Pem.write(anchors.resolve("own.pem"), List.of(maria.chain().getLast()));
        assertTrue(note(MARIA, SmimeMail.opaque(TEXT, By.ec(maria))));
        assertEquals(List.of(Use.BY_SIGNED_MAIL), uses());
    }

    @Test
    void nothingElseDoes() throws Exception {
        String signed = SmimeMail.clear(TEXT, By.ec(maria));
        assertFalse(note("ben@homemail.example", signed), "another author");
        assertFalse(note(MARIA + ">, <ben@homemail.example", signed), "two authors");
        assertFalse(note(MARIA, signed.replace("Hello", "Hullo")), "altered");
        assertFalse(note(MARIA, TEXT), "not signed");
        Identity other = TestAuthority.create().person(MARIA);
        assertFalse(note(MARIA, SmimeMail.clear(TEXT, By.ec(other))), "another authority");
        Identity unrecorded = books.issuing().issueOutside(OWNER, KeyKind.P_256);
        assertFalse(note(MARIA, SmimeMail.clear(TEXT, By.ec(unrecorded))), "not in the record");
        assertFalse(
                note(MARIA, SmimeMail.clear(TEXT, By.ec(new Identity(other.key(), maria.chain())))),
                "her certificate, and another key");
        assertEquals(List.of(Use.NOT_YET), uses());
        assertEquals(List.of(), audit);
    }

    @Test
    void oneThatEndedOrWasRevokedIsNotTaken() throws Exception {
        Identity next = issued();
        IssuedBook.Issued first = books.issued().all().getLast();
        books.keyring()
                .revoked()
                .add(first.entry(), RevokedBook.Reason.KEY_COMPROMISE, clock.instant());
        note(MARIA, SmimeMail.clear(TEXT, By.ec(maria)));
        assertEquals(List.of(Use.NOT_YET, Use.NOT_YET), uses());
        clock.advance(Duration.ofDays(731));
        note(MARIA, SmimeMail.clear(TEXT, By.ec(next)));
        assertEquals(List.of(Use.NOT_YET, Use.NOT_YET), uses());
    }

    /// The other one is not known to be anywhere.
    @Test
    void onlyTheOneThatSignedIsTaken() throws Exception {
        Identity next = issued();
        assertTrue(note(MARIA, SmimeMail.clear(TEXT, By.ec(next))));
        assertEquals(List.of(Use.BY_SIGNED_MAIL, Use.NOT_YET), uses());
    }

    /// Nobody knows then whether it was revoked.
    @Test
    void withoutTheBookOfRevocationsNothingIsTaken() throws Exception {
        Files.delete(books.keyring().revoked().file());
        boolean known = note(MARIA, SmimeMail.clear(TEXT, By.ec(maria)));
        assertTrue(known, "it is one of the record all the same, and nobody's to review");
        assertEquals(List.of(Use.NOT_YET), uses());
        assertEquals(List.of(), audit);
    }
}
