package org.postern.demo;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.audit.AuditFolder;
import org.postern.audit.AuditVerifier;
import org.postern.demo.Letters.Letter;
import org.postern.demo.PickupWalk.Page;
import org.postern.mail.Content;
import org.postern.smime.Opened;
import org.postern.smime.SmimeDecryptor;
import org.postern.store.FileDisk;

/// The story that the demo tells: three letters of a clinician, each going its own way, and a
/// patient who answers. Each step is looked at from outside, in the mailboxes and on the pages.
final class DemoStory {
    static final Letter TO_COLLEAGUE =
            new Letter(
                    Person.COLLEAGUE,
                    "lunch-1",
                    "Friday's rota",
                    "Sam, could you take the late clinic on Friday?\n");
    static final Letter TO_PARTNER =
            new Letter(
                    Person.PARTNER,
                    "referral-1",
                    "Referral: cardiology opinion on M. Gomez",
                    "Dear colleague, please see the attached referral letter.\n");
    static final Letter TO_PATIENT =
            new Letter(
                    Person.PATIENT,
                    "results-1",
                    "Your cholesterol results",
                    """
                    Dear Maria,

                    your LDL is 121 mg/dL, better than in spring. Please keep taking the tablets.

                    How are you feeling?

                    Anna Reyes
                    """);

    private static final String REFERRAL = "Referral letter: exertional chest pain since May.\n";
    private static final String REPLY = "Thank you! I feel much better. See you in June.";
    private static final String ANSWER = "Good to hear, Maria. See you in June!\n";
    private static final Duration STEP_MAX = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Pattern LINK = Pattern.compile("https?://[^\\s\"<>]+/m/[\\w-]{43}");

    private final DemoWorld world;
    private final Clock clock;

    DemoStory(DemoWorld world, Clock clock) {
        this.world = world;
        this.clock = clock;
    }

    /// A step that did not show what it should; the text says what.
    static final class FailedStep extends IOException {
        private static final long serialVersionUID = 1;

        FailedStep(String message) {
            super(message);
        }
    }

    /// Submits the three letters, as the clinician's mail program would.
    void sendLetters() throws MessagingException {
        ZonedDateTime now = ZonedDateTime.now(clock);
        world.submission().send(Person.CLINICIAN, Letters.plain(TO_COLLEAGUE, now));
        world.submission()
                .send(
                        Person.CLINICIAN,
                        Letters.withFile(TO_PARTNER, now, "referral.txt", REFERRAL));
        world.submission().send(Person.CLINICIAN, Letters.plain(TO_PATIENT, now));
    }

    /// The colleague has the letter as it was written.
    void colleagueReads() throws MessagingException, IOException {
        String mail = text(arrived(Person.COLLEAGUE, any -> true));
        expect(mail.contains("late clinic on Friday"), "the colleague's copy is not readable");
    }

    /// The partner has an encrypted letter, and her key opens it.
    void partnerDecrypts() throws MessagingException, IOException {
        byte[] mail = arrived(Person.PARTNER, any -> true);
        String outside = text(mail);
        expect(outside.contains("authEnveloped-data"), "the partner's copy is not encrypted");
        expect(!outside.contains("cardiology"), "the subject shows in clear");
        Opened opened =
                new SmimeDecryptor(List.of(world.clinic().partner())).open(Content.of(mail));
        if (!(opened instanceof Opened.Plain(Content entity))) {
            throw new FailedStep("the partner's key does not open it: " + opened);
        }
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        entity.writeTo(octets);
        String inside = octets.toString(StandardCharsets.UTF_8);
        expect(inside.contains(TO_PARTNER.subject()), "the whole subject is not inside");
        expect(inside.contains("referral.txt"), "the attachment is not inside");
    }

    /// The patient has a notice that tells nothing.
    ///
    /// @return the link
    URI patientIsTold(int notices) throws MessagingException, IOException {
        List<byte[]> inbox = waitFor(Person.PATIENT, notices);
        String notice = InboxMail.show(inbox.getLast()).text();
        expect(!text(inbox.getLast()).contains("cholesterol"), "the notice tells the subject");
        Matcher link = LINK.matcher(notice);
        expect(link.find(), "the notice holds no link");
        return URI.create(link.group());
    }

    /// A wrong answer opens nothing.
    void wrongAnswer(PickupWalk walk, URI link) throws IOException, InterruptedException {
        Page door = walk.open(link);
        expect(door.status() == 200, "the link does not open: " + door.status());
        Page refused = walk.answer(door, "1901-01-01");
        expect(refused.status() == 422, "a wrong answer got " + refused.status());
        expect(!refused.html().contains("LDL"), "a wrong answer shows the letter");
    }

    /// The right answer shows the letter.
    Page patientReads(PickupWalk walk, URI link, String words)
            throws IOException, InterruptedException {
        Page door = walk.open(link);
        Page page =
                door.html().contains("name=\"answer\"")
                        ? walk.answer(door, Person.PATIENT_BIRTH_DATE)
                        : door;
        expect(page.status() == 200, "the right answer got " + page.status());
        expect(page.html().contains(words), "the page does not show the letter");
        return page;
    }

    /// The clinician hears in her ordinary inbox that it was read, without what stood in it.
    void clinicianHearsOfReading() throws MessagingException, IOException {
        byte[] receipt =
                arrived(Person.CLINICIAN, octets -> text(octets).contains("Return-Path: <>"));
        String words = InboxMail.show(receipt).text();
        expect(words.contains(Person.PATIENT.address().toString()), "not told who read: " + words);
        expect(!words.contains("LDL"), "the receipt holds what stood in the letter");
    }

    void patientReplies(PickupWalk walk, Page conversation)
            throws IOException, InterruptedException {
        Page sent = walk.reply(conversation, REPLY);
        expect(sent.status() == 200, "the reply got " + sent.status());
        expect(sent.html().contains("id=\"sent\""), "the page does not say that it was sent");
        expect(sent.html().contains(REPLY), "the page does not show the reply");
    }

    /// The reply is in the clinician's ordinary inbox, in the thread of her letter.
    MimeMessage clinicianGetsReply() throws MessagingException, IOException {
        return clinicianGets(REPLY);
    }

    /// Some reply of the patient is in the clinician's inbox, in the thread of her letter.
    MimeMessage clinicianGets(String words) throws MessagingException, IOException {
        byte[] mail = arrived(Person.CLINICIAN, octets -> text(octets).contains(words));
        MimeMessage reply = InboxMail.parse(mail);
        expect(
                TO_PATIENT.messageId().equals(reply.getHeader("In-Reply-To", null)),
                "the reply is not in the thread of the letter");
        return reply;
    }

    /// She answers it as she answers any mail.
    void clinicianAnswers(MimeMessage reply) throws MessagingException, IOException {
        MimeMessage answer = (MimeMessage) reply.reply(false);
        answer.setFrom(Person.CLINICIAN.address().toString());
        answer.setText(ANSWER, "utf-8");
        answer.saveChanges();
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        answer.writeTo(octets);
        world.submission().send(Person.CLINICIAN, octets.toByteArray());
    }

    /// Nobody changed the log of all this.
    void auditIsIntact() throws IOException {
        AuditFolder folder =
                new AuditFolder(new FileDisk(), world.clinic().data().resolve("audit"));
        AuditVerifier.Verdict verdict = new AuditVerifier(folder, world.clinic().vault()).verify();
        expect(verdict instanceof AuditVerifier.Verdict.Intact, "the audit is not intact");
    }

    private byte[] arrived(Person person, Predicate<byte[]> wanted)
            throws MessagingException, IOException {
        Instant limit = clock.instant().plus(STEP_MAX);
        while (clock.instant().isBefore(limit)) {
            Optional<byte[]> found =
                    world.outside().inbox(person).stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        throw new FailedStep("nothing arrived for " + person.address() + " in " + STEP_MAX);
    }

    private List<byte[]> waitFor(Person person, int count) throws MessagingException, IOException {
        Instant limit = clock.instant().plus(STEP_MAX);
        while (clock.instant().isBefore(limit)) {
            List<byte[]> inbox = world.outside().inbox(person);
            if (inbox.size() >= count) {
                return inbox;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        throw new FailedStep(
                person.address() + " has fewer than " + count + " messages after " + STEP_MAX);
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }

    private static void expect(boolean condition, String otherwise) throws FailedStep {
        if (!condition) {
            throw new FailedStep(otherwise);
        }
    }
}
