package org.postern;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.account.AppPasswordWords;
import org.postern.account.Choice;
import org.postern.approval.ApprovalSite;
import org.postern.asking.AskingParts;
import org.postern.asking.AskingSite;
import org.postern.audit.AuditEvent.Housekeeping;
import org.postern.audit.AuditLog;
import org.postern.bridge.Bridge;
import org.postern.bridge.Orders;
import org.postern.caring.CaringParts;
import org.postern.caring.CaringSite;
import org.postern.cert.Cert;
import org.postern.cert.ListPages;
import org.postern.cert.OwnKeys;
import org.postern.cert.PageTls;
import org.postern.check.Ladder;
import org.postern.check.PatientFile;
import org.postern.choice.ChoiceRequests;
import org.postern.clerk.AuditedReadings;
import org.postern.clerk.HeldFolder;
import org.postern.clerk.SentOrders;
import org.postern.cli.Check;
import org.postern.cli.Command;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.cli.PrintCard;
import org.postern.cli.Reload;
import org.postern.cli.TestPolicy;
import org.postern.cli.User;
import org.postern.cli.Version;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.config.PeopleSource;
import org.postern.control.ControlServer;
import org.postern.demo.Demo;
import org.postern.doctor.DnsCheck;
import org.postern.doctor.Doctor;
import org.postern.explain.Explain;
import org.postern.follow.ReturnAddresses;
import org.postern.handout.KeysOutside;
import org.postern.held.HeldDesk;
import org.postern.inspect.Inspect;
import org.postern.keycare.Keys;
import org.postern.mail.Address;
import org.postern.operate.Audit;
import org.postern.operate.Caregivers;
import org.postern.operate.ControlWiring;
import org.postern.operate.Held;
import org.postern.operate.Patient;
import org.postern.operate.Pickup;
import org.postern.operate.Queue;
import org.postern.operate.Rounds;
import org.postern.operate.Serve;
import org.postern.pickup.PickupParts;
import org.postern.pickup.PickupServer;
import org.postern.programs.ProgramPages;
import org.postern.random.Randomness;
import org.postern.replay.PolicyDiff;
import org.postern.rotation.Rotation;
import org.postern.smtp.Receiving;
import org.postern.start.StartLinks;
import org.postern.start.StartParts;
import org.postern.start.StartSite;
import org.postern.writing.PostBox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The composition root: the parts list of a running gateway, ground first, and the order in which
/// it starts and stops. Tests and the demo build it by the same method, with other parts of the
/// world.
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    /// How late a receipt or a reminder may be.
    private static final Duration FOLLOW_UP = Duration.ofSeconds(5);

    private final AuditLog audit;
    private final Inner inner;
    private final Edges edges;
    private final ControlServer control;
    private final ConfigWatch watch;
    private final Closing closing;

    /// What goes on behind the doors.
    ///
    /// @param rounds after what follows a notice, after the certificate of the pages, after those
    ///   of patients that end, and after what is stored under keys that are not active any more
    private record Inner(Story story, List<Rounds> rounds) {
        /// Before the queue runs: what was written before a stop is recorded as done.
        void resume() throws IOException {
            if (story.secure().isPresent()) {
                story.secure().get().followUp().resume();
            }
        }
    }

    private Gateway(
            AuditLog audit,
            Inner inner,
            Edges edges,
            ControlServer control,
            ConfigWatch watch,
            Closing closing) {
        this.audit = audit;
        this.inner = inner;
        this.edges = edges;
        this.control = control;
        this.watch = watch;
        this.closing = closing;
    }

    /// The command line.
    public static void main(String... words) {
        Console console = Console.system();
        SecureRandom random = Randomness.shared();
        List<Command> commands =
                List.of(
                        new Demo(console),
                        new Serve(console, World::real),
                        new Check(console),
                        new Explain(
                                console,
                                Clock.system(ZoneId.systemDefault()),
                                new World.View(World::real)),
                        new Inspect(console, Clock.systemUTC()),
                        new TestPolicy(console),
                        new PolicyDiff(console, Clock.systemUTC()),
                        new Keys(console, random),
                        new Cert(console, config -> Outward.finders(config, World.real())),
                        new User(console, random, new AppPasswordWords(console)),
                        new Patient(console),
                        new Pickup(console),
                        new Caregivers(console),
                        new Choice(console),
                        new PrintCard(console),
                        new Queue(console),
                        new Reload(console),
                        new Held(console),
                        new Doctor(console, config -> SubmissionLogins.self(config, World.real())),
                        new DnsCheck(console, config -> Outward.resolver(config, World.real())),
                        new Audit(console),
                        new Version(console));
        System.exit(new CommandLineTool(console, commands).run(words));
    }

    /// Builds a gateway and binds its ports; `start` lets mail in.
    ///
    /// @param folder the configuration folder, read again when the policy changes
    /// @throws IOException if something that it needs is missing, locked or unreadable; the message
    ///   says what and what to do
    public static Gateway build(Path folder, Configuration configuration, World world)
            throws IOException {
        Closing closing = new Closing();
        try {
            return assemble(new Story.Setting(folder, configuration, world, closing));
        } catch (IOException | RuntimeException e) {
            closing.close();
            throw e;
        }
    }

    private static Gateway assemble(Story.Setting setting) throws IOException {
        GatewayConfig config = setting.config();
        World world = setting.world();
        Ground ground = Ground.open(config.storage(), world, setting.closing());
        PatientFile patients = PatientFile.open(config.storage().patients(), ground.vault());
        PickupWiring.Phones phones = PickupWiring.Phones.of(setting, patients);
        ReturnAddresses addresses = addresses(config, ground);
        Ladder ladder = new Ladder(patients, phones.texts()::reaches);
        PeopleSource people = PeopleSource.of(setting.folder(), setting.configuration());
        ClinicFaces faces =
                new ClinicFaces(
                        setting.configuration(), people::current, ladder, patients, addresses);
        Story story = Story.compose(setting, ground, new Story.Look(faces, addresses, phones));
        Optional<KeysOutside> keys = PickupWiring.keys(setting, ground, faces, story);
        Look look = new Look(patients, phones, ladder, faces, keys);
        Optional<PageTls> pageTls = pageTls(setting, ground);
        SubmissionLogins.Doors logins = SubmissionLogins.of(config, world, ground);
        ApprovalSite approval = PickupWiring.approval(setting, ground, story.held(), logins);
        Optional<Edges.Pages> pickup =
                story.secure()
                        .map(_ ->
                                pages(setting, ground, look, story)
                                        .and(approval)
                                        .with(pageTls.map(PageTls::identity)));
        Edges edges =
                Edges.bind(
                        config,
                        faces,
                        new Edges.Inside(
                                ground,
                                story.front(),
                                addresses,
                                Receiving.usual(),
                                logins,
                                pickup,
                                rooms(ground, story, world)),
                        world);
        setting.closing().later("listeners", edges::close);
        pickup.ifPresent(_ -> Retention.begin(ground, setting));
        Rotation rotation = ground.rotation(config.storage(), world);
        List<Rounds> rounds = rounds(setting, story, new Watched(pageTls, keys, rotation));
        ConfigWatch watch =
                new ConfigWatch(story.policy(), people, story.partners(), ground.audit());
        setting.closing().later("configuration watch", watch::close);
        ControlServer control =
                ControlWiring.open(
                        config.storage(),
                        new ControlWiring.Desks(
                                story.desk(),
                                story.held(),
                                forPatients(setting, ground, look, story),
                                rotation,
                                logins.requests(ground.audit()),
                                watch::reload),
                        world);
        setting.closing().later("control", control::close);
        Inner inner = new Inner(story, rounds);
        return new Gateway(ground.audit(), inner, edges, control, watch, setting.closing());
    }

    private static ControlWiring.ForPatients forPatients(
            Story.Setting setting, Ground ground, Look look, Story story) {
        var clinic = story.secure().map(it -> byClinic(setting, ground, look, it));
        return new ControlWiring.ForPatients(
                story.secure().map(it -> it.followUp().commands()),
                PickupWiring.links(ground),
                clinic.map(it -> it),
                look.keys().map(KeysOutside::requests),
                new ChoiceRequests(
                        ground.choices(),
                        clinic.<ChoiceRequests.Telling>map(it -> it)
                                .orElse(ChoiceRequests.Telling.NOBODY)));
    }

    /// What the pages say of the clinic and ask of its patients.
    private record Look(
            PatientFile patients,
            PickupWiring.Phones phones,
            Ladder ladder,
            ClinicFaces faces,
            Optional<KeysOutside> keys) {}

    private static Edges.Pages pages(Story.Setting setting, Ground ground, Look look, Story story) {
        World world = setting.world();
        Story.Secure secure = story.secure().orElseThrow();
        PickupParts parts =
                new PickupParts(
                        ground.pages(world),
                        ground.checks(world, look.patients(), look.ladder()),
                        look.faces(),
                        PickupWiring.courier(
                                secure.mailbox(),
                                secure.followUp(),
                                look.phones(),
                                look.faces()::texts),
                        PickupWiring.journal(ground, secure.followUp(), world.clock()),
                        new PostBox(story.transit(), ground.mailbox()),
                        ground.spool()::openForPages,
                        new PickupParts.World(world.clock(), world.random()));
        StartParts start =
                new StartParts(
                        parts,
                        look.faces().desks(),
                        new StartLinks(ground.database(), world.random()),
                        PickupWiring.startMail(secure.along().letters()));
        CaringParts caring = new CaringParts(parts, secure.along().table(), secure.along()::invite);
        return Edges.Pages.of(
                parts,
                new StartSite(start)
                        .and(new CaringSite(caring))
                        .and(PickupWiring.doorstep(ground, world, parts))
                        .and(ground.choices().site(parts))
                        .and(
                                look.keys()
                                        .<PickupServer.More>map(it ->
                                                new AskingSite(new AskingParts(parts, it.asking())))
                                        .orElse(PickupServer.More.NOTHING))
                        .and(new ListPages(OwnKeys.of(setting.config(), world.clock()).lists()))
                        .and((router, _, _) -> ProgramPages.add(setting.config(), router)));
    }

    private static PickupWiring.ByClinic byClinic(
            Story.Setting setting, Ground ground, Look look, Story.Secure secure) {
        return new PickupWiring.ByClinic(
                ground,
                setting.world(),
                secure.along(),
                new PickupWiring.Alerts(secure.mailbox(), look.phones(), look.faces()::texts),
                new Address("postmaster", setting.config().site().hostname()));
    }

    static ReturnAddresses addresses(GatewayConfig config, Ground ground) {
        GatewayConfig.Listeners open = config.listeners();
        boolean pickup = open.pickup() != null;
        return new ReturnAddresses(
                ground.vault(),
                config.site().hostname(),
                new ReturnAddresses.Doors(
                        pickup && open.inbound() != null,
                        pickup && (open.submission() != null || open.submissions() != null)));
    }

    private static Edges.Rooms rooms(Ground ground, Story story, World world) {
        HeldDesk.Stores stores = new HeldDesk.Stores(ground.spool(), ground.audit());
        HeldFolder held = HeldFolder.over(story.held(), stores, ground.mailbox());
        // The lists of those who decide are part of the policy.
        story.policy().listen(held::tell);
        return new Edges.Rooms(bridge(ground, story, held, world), held, story.partners());
    }

    private static Bridge bridge(Ground ground, Story story, HeldFolder held, World world) {
        return new Bridge(
                story.secure()
                        .<Orders>map(it ->
                                new SentOrders(ground.mailbox(), it.followUp(), world.clock()))
                        .orElse(Orders.none()),
                new AuditedReadings(ground.mailbox(), ground.audit()),
                held);
    }

    private static Optional<PageTls> pageTls(Story.Setting setting, Ground ground)
            throws IOException {
        return PageTls.open(
                setting.config(),
                setting.world(),
                (act, detail) -> ground.audit().append(new Housekeeping(act, detail)));
    }

    /// What ends some day, or is renewed.
    private record Watched(
            Optional<PageTls> pageTls, Optional<KeysOutside> keys, Rotation rotation) {}

    private static Rounds keysOutside(KeysOutside keys) {
        return new Rounds("keys of patients", KeysOutside.EVERY, keys::look);
    }

    private static List<Rounds> rounds(Story.Setting setting, Story story, Watched watched) {
        Rotation rotation = watched.rotation();
        List<Rounds> rounds =
                Stream.of(
                                story.secure().map(Gateway::followUp),
                                watched.pageTls().map(PageTls::rounds),
                                watched.keys().map(Gateway::keysOutside),
                                Optional.of(
                                        new Rounds("key rotation", Rotation.EVERY, rotation::look)))
                        .flatMap(Optional::stream)
                        .toList();
        rounds.forEach(it -> setting.closing().later("rounds", it::close));
        setting.closing().later("rewrapping", rotation::close);
        return rounds;
    }

    private static Rounds followUp(Story.Secure secure) {
        return new Rounds(
                "follow-up",
                FOLLOW_UP,
                () -> {
                    secure.followUp().look();
                    secure.along().look();
                });
    }

    /// Takes up the queue, and then opens the doors.
    public void start() throws IOException {
        audit.append(new Housekeeping("started", Version.ofThisBuild()));
        inner.story().transit().start(inner::resume);
        control.start();
        edges.start();
        watch.start();
        inner.rounds().forEach(Rounds::start);
        inner.story().rounds().forEach(Rounds::start);
        LOG.info("Postern {} started", Version.ofThisBuild());
    }

    /// The ports that were bound.
    public Edges.Ports ports() {
        return edges.ports();
    }

    /// Stops: the doors first, then the queue, then the stores. What was accepted stays on disk.
    @Override
    public void close() {
        closing.close();
        LOG.info("Postern stopped");
    }
}
