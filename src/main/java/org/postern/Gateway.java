package org.postern;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.audit.AuditEvent.Housekeeping;
import org.postern.audit.AuditLog;
import org.postern.cli.Check;
import org.postern.cli.Command;
import org.postern.cli.CommandLineTool;
import org.postern.cli.Console;
import org.postern.cli.Explain;
import org.postern.cli.TestPolicy;
import org.postern.cli.User;
import org.postern.cli.Version;
import org.postern.config.Configuration;
import org.postern.config.GatewayConfig;
import org.postern.config.PolicySource;
import org.postern.demo.Demo;
import org.postern.mail.Address;
import org.postern.mail.Domain;
import org.postern.mailbox.PatientFile;
import org.postern.notice.NoticeComposer;
import org.postern.notice.ReportComposer;
import org.postern.operate.Audit;
import org.postern.operate.Keys;
import org.postern.operate.Patient;
import org.postern.operate.Serve;
import org.postern.pickup.PickupParts;
import org.postern.pki.PartnerDirectory;
import org.postern.relay.Relay;
import org.postern.relay.RelaySettings;
import org.postern.smime.KeyTransport;
import org.postern.smime.SmimeEncryptor;
import org.postern.transit.Delivery;
import org.postern.transit.Inspection;
import org.postern.transit.OwnMail;
import org.postern.transit.QueueRunner;
import org.postern.transit.RetrySchedule;
import org.postern.transit.SecureMailbox;
import org.postern.transit.Settlement;
import org.postern.transit.Transit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The composition root: the parts list of a running gateway, ground first, and the order in which
/// it starts and stops. Tests and the demo build it by the same method, with other parts of the
/// world.
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final AuditLog audit;
    private final Transit transit;
    private final Edges edges;
    private final ConfigWatch watch;
    private final Closing closing;

    private Gateway(
            AuditLog audit, Transit transit, Edges edges, ConfigWatch watch, Closing closing) {
        this.audit = audit;
        this.transit = transit;
        this.edges = edges;
        this.watch = watch;
        this.closing = closing;
    }

    /// The command line.
    public static void main(String... words) {
        Console console = Console.system();
        SecureRandom random = new SecureRandom();
        List<Command> commands =
                List.of(
                        new Demo(console),
                        new Serve(console),
                        new Check(console),
                        new Explain(console),
                        new TestPolicy(console),
                        new Keys(console, random),
                        new User(console, random),
                        new Patient(console),
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
            return assemble(folder, configuration, world, closing);
        } catch (IOException | RuntimeException e) {
            closing.close();
            throw e;
        }
    }

    private static Gateway assemble(
            Path folder, Configuration configuration, World world, Closing closing)
            throws IOException {
        GatewayConfig config = configuration.gateway();
        Set<Domain> internal = config.site().domains();

        Ground ground = Ground.open(config.storage(), world, closing);
        PatientFile patients = PatientFile.open(config.storage().patients(), ground.vault());
        PartnerDirectory partners = PartnerDirectory.load(folder.resolve("partners"));
        PolicySource policy = new PolicySource(folder, configuration.policy());
        ClinicFaces faces = new ClinicFaces(configuration, patients);
        Relay relay = new Relay(RelaySettings.of(config.site().hostname()), world.lookup());
        closing.later("relay", relay::close);

        QueueRunner queue = new QueueRunner(ground.spool(), world.clock());
        ReportComposer reports = reports(config, world);
        OwnMail ownMail = new OwnMail(ground.spool(), ground.audit(), queue, reports, internal);
        Optional<SecureMailbox> mailbox =
                Optional.ofNullable(config.listeners().pickup())
                        .map(pickup ->
                                new SecureMailbox(
                                        ground.mailbox(),
                                        ownMail,
                                        notices(config, world),
                                        reports,
                                        faces,
                                        new SecureMailbox.Terms(
                                                pickup.url(), config.pickup().link()),
                                        world.clock()));
        Delivery delivery =
                new Delivery(
                        ground.spool(),
                        new NextHops(world.clock()).routes(config.outgoing()),
                        relay,
                        partners,
                        new SmimeEncryptor(KeyTransport.PKCS1_V15),
                        mailbox,
                        world.clock());
        Settlement settlement =
                new Settlement(
                        ground.spool(),
                        ground.audit(),
                        ownMail,
                        new RetrySchedule(world.random()),
                        world.clock());
        Transit transit =
                new Transit(
                        new Inspection(internal),
                        policy::current,
                        new Transit.Stores(ground.spool(), ground.audit()),
                        delivery,
                        settlement,
                        ownMail,
                        queue);
        closing.later("queue", queue::close);

        Optional<PickupParts> pickup =
                mailbox.map(secure ->
                        new PickupParts(
                                new PickupParts.Store(
                                        ground.mailbox(), ground.sessions(), patients),
                                faces,
                                PickupWiring.courier(secure),
                                PickupWiring.journal(ground.audit()),
                                transit,
                                ground.spool(),
                                world.clock()));
        Edges edges = Edges.bind(config, faces, new Edges.Inside(ground, transit, pickup), world);
        closing.later("listeners", edges::close);
        ConfigWatch watch = new ConfigWatch(policy, partners, ground.audit());
        closing.later("configuration watch", watch::close);
        return new Gateway(ground.audit(), transit, edges, watch, closing);
    }

    private static NoticeComposer notices(GatewayConfig config, World world) {
        return new NoticeComposer(config.site().hostname(), world.clock(), world.random());
    }

    private static ReportComposer reports(GatewayConfig config, World world) {
        Domain hostname = config.site().hostname();
        Address postmaster = new Address("postmaster", hostname);
        return new ReportComposer(hostname, postmaster, world.clock(), world.random());
    }

    /// Takes up the queue, and then opens the doors.
    public void start() throws IOException {
        audit.append(new Housekeeping("started", Version.ofThisBuild()));
        transit.start();
        edges.start();
        watch.start();
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
