package org.postern;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.postern.audit.AuditEvent;
import org.postern.audit.AuditLog;
import org.postern.caregiver.CaregiverTable;
import org.postern.cert.Acts;
import org.postern.cert.Authorities;
import org.postern.cert.EndingCertificates;
import org.postern.cert.ExpiryWatch;
import org.postern.cert.OwnKeys;
import org.postern.check.PatientFile;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.config.PolicySource;
import org.postern.dkim.DkimSigner;
import org.postern.dkim.SigningKey;
import org.postern.follow.FollowSettings;
import org.postern.follow.FollowStart;
import org.postern.follow.FollowUp;
import org.postern.follow.LinkLetters;
import org.postern.follow.ReturnAddresses;
import org.postern.handout.PageRules;
import org.postern.held.AskBook;
import org.postern.held.AskLetters;
import org.postern.held.Asking;
import org.postern.held.Docket;
import org.postern.held.HeldDesk;
import org.postern.held.HeldMail;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mail.Reception;
import org.postern.notice.ClinicianMail;
import org.postern.notice.NoticeComposer;
import org.postern.notice.ReportComposer;
import org.postern.operate.DkimKeys;
import org.postern.operate.Rounds;
import org.postern.outgoing.ArchiveReport;
import org.postern.pki.Finder;
import org.postern.pki.PartnerDirectory;
import org.postern.queue.ClockWatch;
import org.postern.queue.QueueRunner;
import org.postern.queue.RetrySchedule;
import org.postern.queue.SteadyClock;
import org.postern.reach.Inquiry;
import org.postern.reach.ReachAsking;
import org.postern.returns.ReturnDesk;
import org.postern.scan.Clamd;
import org.postern.scan.Scanner;
import org.postern.telling.Along;
import org.postern.transit.Agenda;
import org.postern.transit.Delivery;
import org.postern.transit.Entrance;
import org.postern.transit.Inspection;
import org.postern.transit.OwnMail;
import org.postern.transit.QueueDesk;
import org.postern.transit.Reports;
import org.postern.transit.SecureMailbox;
import org.postern.transit.Settlement;
import org.postern.transit.Transit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The middle of the parts list: everything between the stores and the doors.
///
/// @param desk where a person decides about queued mail
/// @param held where people decide about held mail
/// @param front where mail comes in from clients and servers: what is ours, and then the story
/// @param secure what waits for patients; empty where no pickup listener is configured
/// @param rounds look after certificates, our own and those of others
record Story(
        Transit transit,
        Reception front,
        QueueDesk desk,
        HeldDesk held,
        Optional<Secure> secure,
        PolicySource policy,
        PartnerDirectory partners,
        ReachAsking reach,
        List<Rounds> rounds) {
    private static final Logger LOG = LoggerFactory.getLogger(Story.class);

    /// The secure mailbox, and what watches over it.
    record Secure(SecureMailbox mailbox, FollowUp followUp, Along along, OwnMail ownMail) {}

    /// What a story is told from; the folder is that of the configuration.
    record Setting(Path folder, Configuration configuration, World world, Closing closing) {
        GatewayConfig config() {
            return configuration.gateway();
        }
    }

    /// How the clinic's own mail looks, and where answers to it go.
    record Look(ClinicFaces faces, ReturnAddresses addresses, PickupWiring.Phones phones) {}

    static Story compose(Setting setting, Ground ground, Look look) throws IOException {
        GatewayConfig config = setting.config();
        World world = setting.world();
        Authorities authorities = authorities(config, world);
        PartnerDirectory partners = partners(setting, authorities);
        PolicySource policy = PolicySource.of(setting.folder(), setting.configuration());
        Outward outward = Outward.of(setting);
        OwnKeys ownKeys = OwnKeys.of(config, world.clock());
        SteadyClock steady = new SteadyClock(world.clock(), world.nanos());
        RetrySchedule schedule = new RetrySchedule(world.random(), steady);
        QueueRunner queue = queue(steady, schedule, ground.audit());
        Agenda agenda = new Agenda(queue, outward.routes(), steady);
        OwnMail ownMail =
                new OwnMail(ground.spool(), ground.audit(), agenda, config.site().domains());
        Optional<Secure> secure = secure(setting, ground, look, ownMail);
        Delivery.Ways ways = outward.ways(setting, partners);
        Shield shield = new Shield(smime(config, partners, ownKeys, ground.audit()), secure);
        Delivery delivery = delivery(setting, ground, ways, shield);
        Reports reports = reports(setting, ground, ownMail, secure);
        Docket docket = new Docket();
        QueueDesk.Letters letters = letters(ground, world, docket);
        Settlement settlement =
                new Settlement(ground.spool(), ground.audit(), ownMail, reports, schedule, letters);
        Inquiry others = Outward.others(setting, ground, ways.possible());
        Entrance entrance = entrance(setting, ground, policy, others);
        setting.closing().later("queue", queue::close);
        List<Rounds> rounds = authorities.rounds(ownKeys, partners);
        rounds.add(acts(setting, ground.audit()));
        EndingCertificates ending = new EndingCertificates(config, ownKeys.keyring(), partners);
        ExpiryWatch.rounds(config, world, ownMail, ending).ifPresent(rounds::add);
        QueueDesk desk =
                new QueueDesk(ground.spool(), ground.audit(), agenda, steady, letters, ownMail);
        HeldDesk.Stores stores = new HeldDesk.Stores(ground.spool(), ground.audit());
        HeldDesk.Law law = law(entrance.inspection(), policy, others, reports);
        HeldMail mail = heldMail(setting, ground, look, new Asks(ownMail, steady));
        HeldDesk held = new HeldDesk(stores, desk, law, mail, docket, ground.clock().of(steady));
        rounds.add(new Rounds("held mail", HeldDesk.EVERY, held::look));
        rounds.forEach(it -> setting.closing().later("certificates", it::close));
        Transit transit =
                new Transit(
                        entrance,
                        new Transit.Stores(ground.spool(), ground.audit()),
                        delivery,
                        settlement,
                        ownMail,
                        queue,
                        agenda);
        return new Story(
                transit,
                secure.map(it -> new ReturnDesk.Inside(look.addresses(), it.followUp()))
                        .map(it -> front(transit, entrance.inspection(), ground, it))
                        .orElse(transit),
                desk,
                held,
                secure,
                policy,
                partners,
                others.reach(),
                rounds);
    }

    /// Onto whose page the clinic itself may write.
    ///
    /// @param author who answers for what it writes
    Predicate<Address> pages(Setting setting, Ground ground, Address author) {
        GatewayConfig config = setting.config();
        PageRules rules =
                new PageRules(
                        policy::current,
                        reach::in,
                        config.site().domains(),
                        () -> config.clinic().now(setting.world().clock()),
                        ground.choices()::of);
        return to -> rules.allow(author, to);
    }

    private static HeldDesk.Law law(
            Inspection inspection, PolicySource policy, Inquiry others, Reports reports) {
        return new HeldDesk.Law(inspection, policy::current, others, reports::mayReturn);
    }

    private static QueueRunner queue(SteadyClock steady, RetrySchedule schedule, AuditLog audit) {
        return new QueueRunner(
                steady, new ClockWatch(steady, schedule, moved -> alarm(audit, moved)));
    }

    private static QueueDesk.Letters letters(Ground ground, World world, Docket docket) {
        return new QueueDesk.Letters(ground.mailbox(), world.clock(), ground.spool()::find, docket);
    }

    private record Shield(Delivery.Smime smime, Optional<Secure> secure) {}

    private static Delivery delivery(
            Setting setting, Ground ground, Delivery.Ways ways, Shield shield)
            throws StartException {
        return new Delivery(
                ground.spool(),
                ways,
                shield.smime(),
                shield.secure().map(Secure::mailbox),
                signer(setting.config(), ground, setting.world()),
                new ArchiveReport(setting.config().site().hostname()),
                setting.world().clock());
    }

    private static Entrance entrance(
            Setting setting, Ground ground, PolicySource policy, Inquiry others)
            throws IOException {
        return new Entrance(
                inspection(setting.config(), setting.world(), policy),
                policy::current,
                others,
                scanner(setting.config()),
                ground.refusals()::mailRefused);
    }

    private static Inspection inspection(GatewayConfig config, World world, PolicySource policy)
            throws IOException {
        return new Inspection(
                config.site().domains(),
                config.site().hostname(),
                Outward.origins(config, world),
                Inspection.Wants.of(policy::current, () -> config.clinic().now(world.clock())));
    }

    private static Rounds acts(Setting setting, AuditLog audit) {
        return new Acts(setting.config().storage().data(), setting.world().clock())
                .telling((act, detail) -> tell(audit, act, detail));
    }

    private static void tell(AuditLog audit, String act, String detail) throws IOException {
        audit.append(new AuditEvent.Housekeeping(act, detail));
    }

    static PartnerDirectory partners(Setting setting, Authorities authorities) throws IOException {
        OwnKeys own = OwnKeys.of(setting.config(), setting.world().clock());
        List<Finder> finders = own.near();
        finders.addAll(Outward.finders(setting.config(), setting.world()));
        return authorities
                .over(OwnKeys.partners(setting.config(), setting.folder()), own)
                .with(finders);
    }

    private static Authorities authorities(GatewayConfig config, World world) throws IOException {
        return config.outgoing().pki().revocation() == GatewayConfig.RevocationCheck.OFF
                ? Authorities.OFF
                : Authorities.of(
                        config,
                        Outward.fetcher(config, world),
                        new Authorities.World(world.disk(), world.random(), world.clock()));
    }

    static Optional<Scanner> scanner(GatewayConfig config) {
        return Optional.ofNullable(config.listeners().clamd()).map(Clamd::new);
    }

    private static Delivery.Smime smime(
            GatewayConfig config, PartnerDirectory partners, OwnKeys ownKeys, AuditLog audit) {
        return new Delivery.Smime(
                ownKeys.layers(),
                ownKeys.incoming(
                        partners, scanner(config), (act, detail) -> tell(audit, act, detail)));
    }

    private static Reports reports(
            Setting setting, Ground ground, OwnMail ownMail, Optional<Secure> secure) {
        GatewayConfig.Site site = setting.config().site();
        return new Reports(
                ground.spool(),
                ownMail,
                reports(setting.config(), setting.world()),
                site.domains(),
                site.postmaster(),
                secure.<Reports.NoticeReturns>map(Secure::followUp)
                        .orElse(Reports.NoticeReturns.NONE));
    }

    /// Before the story of all other mail: what goes to our own addresses.
    private static Reception front(
            Transit transit, Inspection inspection, Ground ground, ReturnDesk.Inside inside) {
        return new ReturnDesk(transit, ground.spool(), inspection, inside);
    }

    /// @throws StartException if signing is configured and a key cannot be read: mail must not
    ///   leave unsigned then
    private static Optional<DkimSigner> signer(GatewayConfig config, Ground ground, World world)
            throws StartException {
        GatewayConfig.Dkim dkim = config.site().dkim();
        if (dkim == null) {
            return Optional.empty();
        }
        try {
            List<SigningKey> keys = DkimKeys.of(config.storage(), dkim.selector()).read();
            return Optional.of(
                    new DkimSigner(
                            keys, dkim.domains(), world.clock(), ground.spool()::openForHeldMail));
        } catch (IOException e) {
            throw new StartException("dkim: " + e.getMessage());
        }
    }

    private static Optional<Secure> secure(
            Setting setting, Ground ground, Look look, OwnMail ownMail) {
        GatewayConfig config = setting.config();
        World world = setting.world();
        FollowSettings settings = FollowSettings.of(config, look.faces().zone(world.clock()));
        return Optional.ofNullable(config.listeners().pickup())
                .map(pickup -> {
                    NoticeComposer composer =
                            new NoticeComposer(
                                    config.site().hostname(), world.clock(), world.random());
                    Along along =
                            new Along(
                                    new CaregiverTable(
                                            ground.database(), ground.vault(), world.random()),
                                    new LinkLetters(ownMail, composer, look.faces(), pickup.url()),
                                    ground.mailbox(),
                                    config.pickup().link(),
                                    world.clock());
                    SecureMailbox mailbox =
                            new SecureMailbox(
                                    ground.mailbox(),
                                    ownMail,
                                    composer,
                                    along.after(
                                            new FollowStart(
                                                    ground.database(), settings, world.clock())),
                                    look.faces(),
                                    new SecureMailbox.Terms(
                                            pickup.url(),
                                            config.pickup().link(),
                                            PickupWiring.signs(ground, world),
                                            readers(config)),
                                    (patient, pin) ->
                                            PatientFile.hashOfPin(ground.vault(), patient, pin),
                                    world.clock());
                    FollowUp.Post post =
                            new FollowUp.Post(
                                    ownMail,
                                    mailbox,
                                    look.faces().toClinicians(world),
                                    look.addresses(),
                                    look.phones().telephone(look.faces()::texts),
                                    ClinicFaces.untold(config, world, ownMail));
                    return new Secure(
                            mailbox,
                            new FollowUp(
                                    new FollowUp.Stores(
                                            ground.mailbox(), ground.database(), ground.audit()),
                                    post,
                                    settings,
                                    world.clock()),
                            along,
                            ownMail);
                });
    }

    private static SecureMailbox.Readers readers(GatewayConfig config) {
        return Edges.opensImap(config)
                ? SecureMailbox.Readers.CLINIC_TOO
                : SecureMailbox.Readers.PATIENTS;
    }

    /// What the mail about held mail is written with, besides the rest.
    private record Asks(OwnMail ownMail, SteadyClock clock) {}

    private static HeldMail heldMail(Setting setting, Ground ground, Look look, Asks asks) {
        GatewayConfig.PickupEndpoint pickup = setting.config().listeners().pickup();
        ClinicianMail words = look.faces().toClinicians(setting.world());
        Asking asking =
                new Asking(
                        ground.spool(),
                        asks.ownMail(),
                        new AskLetters(words, pickup == null ? null : URI.create(pickup.url())),
                        new AskBook(ground.database()),
                        new Asking.Manner(
                                setting.config().outgoing().asking(),
                                look.faces().zone(setting.world().clock())),
                        asks.clock());
        return new HeldMail(ground.spool(), asks.ownMail(), words, asking);
    }

    /// A clock that was set makes every time in log, audit and reports doubtful.
    private static void alarm(AuditLog audit, Duration moved) {
        LOG.error("the clock of this machine jumped by {}; nothing is given up for a day", moved);
        try {
            audit.append(new AuditEvent.Housekeeping("clock jumped", moved.toString()));
        } catch (IOException e) {
            LOG.error("the jump of the clock was not audited: {}", e.getMessage());
        }
    }

    private static ReportComposer reports(GatewayConfig config, World world) {
        Domain hostname = config.site().hostname();
        Address postmaster = new Address("postmaster", hostname);
        return new ReportComposer(hostname, postmaster, world.clock(), world.random());
    }
}
