package org.postern;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.postern.allowance.SmtpLimits;
import org.postern.approval.ApprovalParts;
import org.postern.approval.ApprovalSite;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditEvent.Housekeeping;
import org.postern.caregiver.Caregiver;
import org.postern.caregiver.CaregiverTable;
import org.postern.cert.ExpiryWatch;
import org.postern.cert.OwnKeys;
import org.postern.check.Codes;
import org.postern.check.PatientFile;
import org.postern.check.WrongAnswers;
import org.postern.choice.ChoiceRequests;
import org.postern.config.GatewayConfig;
import org.postern.control.CaregiverRequests;
import org.postern.control.LinkRequests;
import org.postern.doorstep.DoorstepParts;
import org.postern.doorstep.DoorstepSite;
import org.postern.follow.FollowUp;
import org.postern.follow.LinkLetters;
import org.postern.follow.Telephone;
import org.postern.handout.Asking;
import org.postern.handout.Handout;
import org.postern.handout.KeysOutside;
import org.postern.held.HeldDesk;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.Listener;
import org.postern.mail.QueueId;
import org.postern.mailbox.PickupToken;
import org.postern.mailbox.StoredMessage;
import org.postern.notice.AlertNotice;
import org.postern.notice.ClinicianMail.Reading;
import org.postern.page.TextWords;
import org.postern.pickup.Courier;
import org.postern.pickup.PickupJournal;
import org.postern.pickup.PickupParts;
import org.postern.recognition.PictureWords;
import org.postern.recognition.TypedCodes;
import org.postern.sasl.SlowLogins;
import org.postern.sms.SmsWebhook;
import org.postern.sms.TextMessages;
import org.postern.start.StartMail;
import org.postern.telling.Along;
import org.postern.transit.OwnMail;
import org.postern.transit.SecureMailbox;
import org.postern.vault.Secrets;

/// Joins the patient's pages to the story: what they ask to be mailed, and what they tell the
/// audit.
final class PickupWiring {
    private PickupWiring() {}

    /// What tells a patient that a mail is the clinic's.
    static SecureMailbox.Signs signs(Ground ground, World world) {
        TypedCodes codes = typedCodes(ground, world);
        PictureWords words = new PictureWords(ground.database(), ground.vault());
        return new SecureMailbox.Signs() {
            @Override
            public String typed(PickupToken token, Instant expires) throws IOException {
                return codes.make(token, world.clock().instant(), expires).shown();
            }

            @Override
            public Optional<String> word(Address patient) throws IOException {
                return words.of(patient);
            }
        };
    }

    private static TypedCodes typedCodes(Ground ground, World world) {
        return new TypedCodes(ground.database(), ground.vault(), world.random());
    }

    /// The home page, and the page of the word.
    static DoorstepSite doorstep(Ground ground, World world, PickupParts parts) {
        return new DoorstepSite(
                new DoorstepParts(
                        parts,
                        typedCodes(ground, world),
                        new PictureWords(ground.database(), ground.vault())));
    }

    /// The pages on which people decide about held mail.
    static ApprovalSite approval(
            Story.Setting setting, Ground ground, HeldDesk desk, SubmissionLogins.Doors logins) {
        CountDownLatch stopping = new CountDownLatch(1);
        setting.closing().later("sign-ins", stopping::countDown);
        World world = setting.world();
        return new ApprovalSite(
                new ApprovalParts(
                        desk,
                        ground.spool()::content,
                        new SlowLogins(
                                logins.deciding(),
                                SmtpLimits.usual(Listener.SUBMISSION).deadlines().authPause(),
                                stopping),
                        (act, detail) -> ground.audit().append(new Housekeeping(act, detail)),
                        new ApprovalParts.World(world.clock(), world.random())));
    }

    /// The audit comes first; then an opening is noted for the receipt, before the page shows
    /// anything.
    static PickupJournal journal(Ground ground, FollowUp followUp, InstantSource clock) {
        return step -> {
            ground.audit()
                    .append(
                            new AuditEvent.Pickup(
                                    step.message(),
                                    step.reader(),
                                    step.act().word(),
                                    step.check(),
                                    step.peer(),
                                    step.device()));
            if (step.act() == PickupJournal.Act.OPENED) {
                followUp.opened(
                        step.message(),
                        step.reader(),
                        new Reading(clock.instant(), step.check(), step.device()));
            }
        };
    }

    /// Links for those who want to write first.
    static StartMail startMail(LinkLetters letters) {
        return (request, token) ->
                letters.start(
                        new LinkLetters.Wanted(
                                request.id(),
                                request.clinician(),
                                request.patient(),
                                request.life()),
                        Locale.of(request.language().tag()),
                        token);
    }

    /// What the clinic may do about those who read along, and how a patient hears of a choice that
    /// it records. The audit goes first.
    ///
    /// @param unwritten in whose name a patient hears of it who has no message yet
    record ByClinic(Ground ground, World world, Along along, Alerts alerts, Address unwritten)
            implements CaregiverRequests.Caregivers, ChoiceRequests.Telling {
        @Override
        public Optional<String> add(CaregiverRequests.Wish wish, String operator)
                throws IOException {
            ground.audit()
                    .append(
                            new Housekeeping(
                                    "caregiver invited",
                                    wish.address() + " for " + wish.patient() + " by " + operator));
            CaregiverTable.Invitation invitation =
                    new CaregiverTable.Invitation(
                            wish.patient(),
                            wish.address(),
                            wish.name(),
                            wish.sensitive(),
                            Caregiver.By.CLINIC,
                            Duration.ofDays(wish.days()));
            Instant now = along.clock().instant();
            if (!along.table().hasRoom(invitation, now)) {
                return Optional.empty();
            }
            // First the patient hears of it: nobody reads along of whom she could not be told.
            Optional<StoredMessage> newest = ground.mailbox().newest(wish.patient());
            alerts.tell(occasion(wish.patient(), newest), Courier.Alarm.NEW_CAREGIVER);
            return switch (along.table().invite(invitation, now)) {
                case CaregiverTable.Invited.TooMany() -> Optional.empty();
                case CaregiverTable.Invited.Done(Caregiver caregiver, String code) -> {
                    if (newest.isPresent()) {
                        along.invite(caregiver, newest.get());
                    }
                    yield Optional.of(code);
                }
            };
        }

        private SecureMailbox.Occasion occasion(Address patient, Optional<StoredMessage> newest) {
            return newest.map(SecureMailbox.Occasion::of)
                    .orElseGet(() ->
                            new SecureMailbox.Occasion(
                                    QueueId.next(world.clock().instant(), world.random()),
                                    unwritten,
                                    patient));
        }

        @Override
        public void mail(Address patient) throws IOException {
            Optional<StoredMessage> newest = ground.mailbox().newest(patient);
            alerts.tell(occasion(patient, newest), Courier.Alarm.ORDINARY_MAIL);
        }

        @Override
        public void text(Address patient) {
            alerts.textOfOrdinaryMail(patient);
        }

        @Override
        public List<CaregiverRequests.Known> list(Address patient) throws IOException {
            return along.table().of(patient, along.clock().instant()).stream()
                    .map(it ->
                            new CaregiverRequests.Known(
                                    it.address(), it.name(), it.sensitive(), it.ends()))
                    .toList();
        }

        @Override
        public boolean end(Address patient, Address address, String operator) throws IOException {
            ground.audit()
                    .append(
                            new Housekeeping(
                                    "caregiver ended",
                                    address + " for " + patient + " by " + operator));
            return along.table().end(patient, address, along.clock().instant());
        }
    }

    /// What the clinic may do about a patient's links. The audit goes first.
    static LinkRequests.Links links(Ground ground) {
        return (patient, operator) -> {
            ground.audit().append(new Housekeeping("pickup unlocked", patient + " by " + operator));
            new WrongAnswers(ground.database()).forgive(patient);
            ground.mailbox().resumeLinks(patient);
        };
    }

    /// What is known of telephones, and how a text is worded.
    record Phones(TextMessages texts, String host) {
        static Phones of(Story.Setting setting, PatientFile patients) throws IOException {
            GatewayConfig config = setting.config();
            GatewayConfig.TextService service = config.outgoing().texts();
            SmsWebhook webhook = service == null ? null : webhook(service);
            TextMessages texts = new TextMessages(patients, webhook, setting.world().clock());
            setting.closing().later("text messages", texts::close);
            GatewayConfig.PickupEndpoint pickup = config.listeners().pickup();
            return new Phones(texts, pickup == null ? "" : URI.create(pickup.url()).getHost());
        }

        private static SmsWebhook webhook(GatewayConfig.TextService service) throws IOException {
            Optional<String> token =
                    service.tokenFile() == null
                            ? Optional.empty()
                            : Optional.of(Secrets.firstLine(service.tokenFile()).strip());
            return new SmsWebhook(service.url(), token, service.deadline());
        }

        /// For those who tell of messages that were not read.
        Telephone telephone(Function<Address, Texts> words) {
            return new Telephone() {
                @Override
                public Optional<String> number(Address patient) {
                    return texts.number(patient);
                }

                @Override
                public boolean tell(Address patient, QueueId message) {
                    String text = new TextWords(words.apply(patient), host).waiting();
                    return texts.reaches(patient) && texts.send(patient, text);
                }
            };
        }
    }

    /// Tells patients that something odd happened.
    record Alerts(SecureMailbox mailbox, Phones phones, Function<Address, Texts> texts) {
        /// A new way to her messages is told another way than by the mailbox, which may be somebody
        /// else's, where there is one.
        ///
        /// @throws IOException if it could not be queued
        void tell(SecureMailbox.Occasion occasion, Courier.Alarm alarm) throws IOException {
            TextWords words = new TextWords(texts.apply(occasion.patient()), phones.host());
            boolean told =
                    switch (alarm) {
                        case TRIES, STOLEN, ORDINARY_MAIL -> false;
                        case NEW_DEVICE -> text(occasion.patient(), words.newDevice());
                        case NEW_CAREGIVER -> text(occasion.patient(), words.newCaregiver());
                    };
            if (!told) {
                mailbox.alert(
                        occasion,
                        switch (alarm) {
                            case TRIES -> AlertNotice.Reason.TRIES;
                            case STOLEN -> AlertNotice.Reason.STOLEN;
                            case NEW_DEVICE -> AlertNotice.Reason.NEW_DEVICE;
                            case NEW_CAREGIVER -> AlertNotice.Reason.NEW_CAREGIVER;
                            case ORDINARY_MAIL -> AlertNotice.Reason.ORDINARY_MAIL;
                        });
            }
        }

        /// By text as well as by mail, where one can be sent.
        void textOfOrdinaryMail(Address patient) {
            text(patient, new TextWords(texts.apply(patient), phones.host()).ordinaryMail());
        }

        private boolean text(Address patient, String words) {
            return phones.texts().reaches(patient) && phones.texts().send(patient, words);
        }
    }

    static Courier courier(
            SecureMailbox mailbox,
            FollowUp followUp,
            Phones phones,
            Function<Address, Texts> words) {
        Alerts alerts = new Alerts(mailbox, phones, words);
        return new Courier() {
            @Override
            public void code(StoredMessage message, Codes.Code code) throws IOException {
                mailbox.mailCode(message, code);
            }

            @Override
            public boolean text(StoredMessage message, Codes.Code code, Texts texts) {
                String words = new TextWords(texts, phones.host()).code(code.digits());
                return phones.texts().send(message.message().patient(), words);
            }

            @Override
            public void freshLink(Address patient) throws IOException {
                mailbox.renewAll(patient);
            }

            @Override
            public void freshLink(StoredMessage message) throws IOException {
                mailbox.renew(message);
            }

            @Override
            public void alert(StoredMessage message, Alarm alarm) throws IOException {
                alerts.tell(SecureMailbox.Occasion.of(message), alarm);
            }

            @Override
            public void textOfOrdinaryMail(Address patient) {
                alerts.textOfOrdinaryMail(patient);
            }

            @Override
            public void notTheirs(StoredMessage message) throws IOException {
                followUp.notTheirs(message);
            }
        };
    }

    /// What gives keys to people outside; empty where nobody reads what they answer.
    static Optional<KeysOutside> keys(
            Story.Setting setting, Ground ground, ClinicFaces faces, Story story) {
        GatewayConfig config = setting.config();
        World world = setting.world();
        Address it = config.site().postmaster();
        if (it == null || story.secure().isEmpty()) {
            return Optional.empty();
        }
        Story.Secure secure = story.secure().get();
        OwnKeys own = OwnKeys.of(config, world.clock());
        Handout.Outlets outlets =
                new Handout.Outlets(
                        (message, content) ->
                                secure.mailbox().notify(ground.mailbox().store(message, content)),
                        (act, detail) -> ground.audit().append(new Housekeeping(act, detail)),
                        own.lists()::look);
        Asking.Office office =
                patient ->
                        secure.ownMail()
                                .tell(
                                        OwnMail.KEY_ASKED,
                                        QueueId.next(world.clock().instant(), world.random()),
                                        it,
                                        ExpiryWatch.mail(config, world).asked(it, patient));
        Handout.Voice voice = new Handout.Voice(faces::texts, story.pages(setting, ground, it));
        Handout.Clinic clinic =
                new Handout.Clinic(config.clinic().name(), it, faces.zone(world.clock()), voice);
        return Optional.of(
                new KeysOutside(
                        new Handout.Books(
                                own.issuing(), OwnKeys.issued(config), own.keyring().revoked()),
                        clinic,
                        outlets,
                        new KeysOutside.Wishes(ground.database(), office),
                        new KeysOutside.World(
                                config.storage().data(), world.clock(), world.random())));
    }
}
