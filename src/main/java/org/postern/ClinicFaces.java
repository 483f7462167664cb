package org.postern;

import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.postern.cert.ExpiryWatch;
import org.postern.check.Ladder;
import org.postern.check.PatientFile;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.config.NoticeTemplates;
import org.postern.config.People;
import org.postern.follow.FollowUp;
import org.postern.follow.ReturnAddresses;
import org.postern.language.Language;
import org.postern.language.Languages;
import org.postern.language.Texts;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mailbox.MessageKey;
import org.postern.mailbox.NewMessage;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.StoredMessage;
import org.postern.notice.ClinicianMail;
import org.postern.notice.Letterhead;
import org.postern.notice.NoticeTemplate;
import org.postern.notice.PickupNotice.Question;
import org.postern.page.Clinic;
import org.postern.page.Clinician;
import org.postern.page.Clinicians;
import org.postern.start.Desk;
import org.postern.start.Desks;
import org.postern.telling.UntoldReturns;
import org.postern.transit.OwnMail;
import org.postern.transit.Stationery;
import org.postern.wording.NoticeKind;

/// How the clinic and its people appear to patients: on the pages and in notices, from one
/// configuration.
final class ClinicFaces implements Stationery, Clinicians {
    private final Configuration configuration;
    private final Supplier<People> people;
    private final Ladder ladder;
    private final PatientFile patients;
    private final ReturnAddresses addresses;

    /// @param people as they are now
    ClinicFaces(
            Configuration configuration,
            Supplier<People> people,
            Ladder ladder,
            PatientFile patients,
            ReturnAddresses addresses) {
        this.configuration = configuration;
        this.people = people;
        this.ladder = ladder;
        this.patients = patients;
        this.addresses = addresses;
    }

    /// The clinic, for the pages.
    Clinic clinic(Clock clock) {
        GatewayConfig.Clinic clinic = configuration.gateway().clinic();
        return new Clinic(
                clinic.name(),
                clinic.phone(),
                texts().language(),
                clinic.colour(),
                clinic.emergency(),
                zone(clock),
                configuration.languages(),
                clinic.days(),
                configuration.gateway().outgoing().pki().patientsAsk(),
                configuration.gateway().pickup().choosable());
    }

    /// The words for a patient of whom nothing is known.
    Texts texts() {
        String tag = configuration.gateway().clinic().language().getLanguage();
        Languages languages = configuration.languages();
        return languages.of(tag).orElseGet(() -> languages.in(Language.ENGLISH));
    }

    /// The words for a patient, in her language where the clinic knows it.
    Texts texts(Address patient) {
        return patients.language(patient)
                .flatMap(configuration.languages()::of)
                .orElseGet(this::texts);
    }

    /// Where the clinic is: the zone in which times are shown, and its nights are.
    ZoneId zone(Clock clock) {
        return Optional.ofNullable(configuration.gateway().clinic().zone()).orElse(clock.getZone());
    }

    /// What writes to those who work here.
    ClinicianMail toClinicians(World world) {
        GatewayConfig gateway = configuration.gateway();
        Domain hostname = gateway.site().hostname();
        return new ClinicianMail(
                hostname,
                new ClinicianMail.Setting(
                        clinic(new Address("postmaster", hostname)),
                        gateway.clinic().language(),
                        zone(world.clock())),
                world.clock(),
                world.random());
    }

    @Override
    public Clinician of(Address address) {
        return people.get()
                .of(address)
                .map(person ->
                        new Clinician(
                                person.name(),
                                Optional.ofNullable(person.title()).orElse(""),
                                photo(person).map(Content::of)))
                .orElseGet(() ->
                        new Clinician(
                                configuration.gateway().clinic().name(), "", Optional.empty()));
    }

    @Override
    public Letterhead letterhead(Address clinician) {
        Optional<People.Person> person = people.get().of(clinician);
        return letterhead(
                clinician,
                person.map(People.Person::name).orElse(""),
                person.flatMap(ClinicFaces::photo).map(Letterhead.Photo::new));
    }

    @Override
    public Letterhead clinic(Address clinician) {
        return letterhead(clinician, "", Optional.empty());
    }

    /// Where patients may write first, as `people.yaml` says.
    Desks desks() {
        return new OpenDesks(configuration.gateway().site(), people);
    }

    private record OpenDesks(GatewayConfig.Site site, Supplier<People> people) implements Desks {
        @Override
        public Optional<Desk> named(String name) {
            return people.get().ofPage(name).map(OpenDesks::desk);
        }

        @Override
        public Desk of(Address clinician) {
            return people.get()
                    .of(clinician)
                    .map(OpenDesks::desk)
                    .orElseGet(() ->
                            new Desk("", clinician, List.of(), Optional.empty(), Optional.empty()));
        }

        @Override
        public boolean isOurs(Address address) {
            return site.domains().contains(address.domain())
                    || site.hostname().equals(address.domain());
        }

        private static Desk desk(People.Person person) {
            Optional<People.Page> page = Optional.ofNullable(person.page());
            return new Desk(
                    page.map(People.Page::name).orElse(""),
                    person.address(),
                    page.map(People.Page::copies).orElse(List.of()),
                    page.map(People.Page::answerDays),
                    Optional.ofNullable(person.away())
                            .map(away ->
                                    new Desk.Absence(
                                            away.from(),
                                            away.until(),
                                            Optional.ofNullable(away.cover()))));
        }
    }

    private Letterhead letterhead(Address address, String name, Optional<Letterhead.Photo> photo) {
        GatewayConfig.Clinic clinic = configuration.gateway().clinic();
        return new Letterhead(address, name, clinic.name(), clinic.phone(), clinic.colour(), photo);
    }

    private static Optional<byte[]> photo(People.Person person) {
        return Optional.ofNullable(person.photo()).map(People.Photo::png);
    }

    @Override
    public List<NoticeTemplate> noticeWords(NewMessage message) {
        return words(NoticeKind.PICKUP, message);
    }

    @Override
    public List<NoticeTemplate> reminderWords(NewMessage message) {
        return words(NoticeKind.REMINDER, message);
    }

    @Override
    public List<NoticeTemplate> answerWords(NewMessage message) {
        return words(NoticeKind.ANSWER, message);
    }

    @Override
    public Optional<Address> replyTo(MessageKey message) {
        return addresses.reply(message);
    }

    @Override
    public Address returnTo(StoredMessage message) {
        return addresses.bounce(message.key()).orElse(message.message().clinician());
    }

    @Override
    public List<NoticeTemplate> codeWords(Address patient) {
        return words(NoticeKind.CODE, patient);
    }

    @Override
    public List<NoticeTemplate> startWords(Locale language) {
        return List.of(words(NoticeKind.START, language));
    }

    @Override
    public List<NoticeTemplate> caregiverWords() {
        return words(NoticeKind.CAREGIVER);
    }

    @Override
    public List<NoticeTemplate> alertWords(Address patient) {
        return words(NoticeKind.ALERT, patient);
    }

    private List<NoticeTemplate> words(NoticeKind kind, Address patient) {
        return words(kind, patients.language(patient));
    }

    /// What the clinic knows of the patient counts before what a rule says of its mail.
    private List<NoticeTemplate> words(NoticeKind kind, NewMessage message) {
        return words(
                kind, patients.language(message.patient()).or(() -> message.stay().language()));
    }

    /// One language alone, where it is known and the notices have it.
    private List<NoticeTemplate> words(NoticeKind kind, Optional<String> language) {
        return language.map(Locale::of)
                .filter(configuration.notices().languages()::contains)
                .map(hers -> List.of(words(kind, hers)))
                .orElseGet(() -> words(kind));
    }

    /// The clinic's language first, then the others: of the reader nothing is known.
    private List<NoticeTemplate> words(NoticeKind kind) {
        Locale first = configuration.gateway().clinic().language();
        return Stream.concat(Stream.of(first), configuration.notices().languages().stream())
                .distinct()
                .map(language -> words(kind, language))
                .toList();
    }

    private NoticeTemplate words(NoticeKind kind, Locale language) {
        NoticeTemplates.Words words = configuration.notices().of(kind, language);
        NoticeTemplate template = NoticeTemplate.of(kind, words.text(), words.html());
        return configuration
                .languages()
                .of(language.getLanguage())
                .map(Texts::language)
                .map(it -> template.in(new NoticeTemplate.Tongue(it.tag(), it.direction())))
                .orElse(template);
    }

    @Override
    public Question question(Address patient, Guard guard) {
        return ladder.checks(patient, guard.level(), guard.pin().isPresent()).stream()
                .findFirst()
                .map(check ->
                        switch (check) {
                            case BIRTH_DATE -> Question.BIRTH_DATE;
                            case PIN -> Question.PIN;
                            case SMS -> Question.TEXT_CODE;
                            case MAILED_CODE -> Question.MAILED_CODE;
                            case PASSKEY, DEVICE_CODE, BUTTON -> Question.NOTHING;
                        })
                .orElse(Question.NOTHING);
    }

    /// What tells IT of notices that came back where nobody else may be told.
    static FollowUp.Untold untold(GatewayConfig config, World world, OwnMail ownMail) {
        Address it = config.site().postmaster();
        return it == null
                ? FollowUp.Untold.NOBODY
                : new UntoldReturns(
                        world.disk(),
                        config.storage().data().resolve("returns-untold"),
                        (named, others) ->
                                ownMail.tell(
                                        OwnMail.UNTOLD,
                                        named.getFirst(),
                                        it,
                                        ExpiryWatch.mail(config, world)
                                                .returned(it, named, others)),
                        world.clock());
    }
}
