package org.postern.operate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.World;
import org.postern.choice.ChoiceRequests;
import org.postern.config.GatewayConfig.Storage;
import org.postern.control.CaregiverRequests;
import org.postern.control.ControlServer;
import org.postern.control.HeldRequests;
import org.postern.control.LinkRequests;
import org.postern.control.PickupRequests;
import org.postern.control.QueueRequests;
import org.postern.control.ReloadRequests;
import org.postern.control.RequestException;
import org.postern.device.AppPasswordRequests;
import org.postern.follow.Command;
import org.postern.follow.Commands;
import org.postern.handout.HandoutRequests;
import org.postern.held.Answer;
import org.postern.held.Ask;
import org.postern.held.Decider;
import org.postern.held.HeldDesk;
import org.postern.mail.Address;
import org.postern.mail.QueueId;
import org.postern.mailbox.StoredMessage;
import org.postern.rotation.KeyRequests;
import org.postern.rotation.Rotation;
import org.postern.spool.QueuedMessage;
import org.postern.spool.Spool;
import org.postern.transit.QueueDesk;

/// Connects the operator's socket with the queue.
public final class ControlWiring {
    private static final String NO_HANDOUT =
            "keys are given away through the secure mailbox, and somebody has to read the answers:"
                    + " listeners.pickup and postmaster have to be set in gateway.yaml";

    private ControlWiring() {}

    /// Where the socket of a gateway is.
    public static Path socket(Storage storage) {
        return storage.data().resolve("control.sock");
    }

    /// Opens the socket of a gateway that has its data folder for itself.
    public static ControlServer open(Storage storage, Desks desks, World world) throws IOException {
        ForPatients patients = desks.patients();
        QueueRequests queue =
                new QueueRequests(new Orders(desks.queue(), desks.held()), world.clock());
        HeldRequests held = new HeldRequests(queue, holds(desks.held()));
        PickupRequests pickup = new PickupRequests(messages(patients.pickup()));
        LinkRequests links = new LinkRequests(patients.links());
        KeyRequests keys = new KeyRequests(desks.rotation());
        ReloadRequests reload = new ReloadRequests(desks.configuration());
        Optional<CaregiverRequests> caregivers = patients.caregivers().map(CaregiverRequests::new);
        return new ControlServer(
                socket(storage),
                (request, lines) ->
                        switch (request.words().path("command").asText()) {
                            case HeldRequests.COMMAND -> held.answer(request, lines);
                            case PickupRequests.COMMAND -> pickup.answer(request, lines);
                            case LinkRequests.COMMAND -> links.answer(request, lines);
                            case KeyRequests.COMMAND -> keys.answer(request, lines);
                            case HandoutRequests.COMMAND ->
                                    patients.handout()
                                            .orElseThrow(() -> new RequestException(NO_HANDOUT))
                                            .answer(request, lines);
                            case CaregiverRequests.COMMAND ->
                                    caregivers
                                            .orElseThrow(() ->
                                                    new RequestException(
                                                            "nothing waits for patients here"))
                                            .answer(request, lines);
                            case ChoiceRequests.COMMAND ->
                                    patients.choices().answer(request, lines);
                            case AppPasswordRequests.COMMAND ->
                                    desks.appPasswords().answer(request, lines);
                            case ReloadRequests.COMMAND -> reload.answer(request, lines);
                            default -> queue.answer(request, lines);
                        });
    }

    /// What answers.
    ///
    /// @param held decides about held mail
    /// @param rotation of the key-encryption key
    /// @param appPasswords of clinicians' devices
    /// @param configuration what is read again
    public record Desks(
            QueueDesk queue,
            HeldDesk held,
            ForPatients patients,
            Rotation rotation,
            AppPasswordRequests appPasswords,
            ReloadRequests.Source configuration) {}

    /// What answers about patients, and others outside.
    ///
    /// @param pickup empty where nothing waits for patients
    /// @param links of the patients
    /// @param caregivers empty where nothing waits for patients
    /// @param handout gives keys to people outside; empty where it cannot
    /// @param choices of patients about the way of their mail
    public record ForPatients(
            Optional<Commands> pickup,
            LinkRequests.Links links,
            Optional<CaregiverRequests.Caregivers> caregivers,
            Optional<HandoutRequests> handout,
            ChoiceRequests choices) {}

    private static HeldRequests.Holds holds(HeldDesk desk) {
        return (wish, part, operator) -> {
            Ask.Way way =
                    switch (wish.act()) {
                        case RELEASE -> new Ask.Way.Release();
                        case REJECT -> new Ask.Way.Reject(wish.reason());
                        case FORWARD -> new Ask.Way.Send(wish.by());
                    };
            return what(desk.decide(ask(part, way, operator)));
        };
    }

    /// The same by whichever command.
    private static PickupRequests.What what(Answer answer) {
        return switch (answer) {
            case Answer.Done _ -> new PickupRequests.What(true, answer.words());
            case Answer.StillHeld _, Answer.Noted _ ->
                    new PickupRequests.What(true, answer.words(), true);
            case Answer.Late _, Answer.Refused _, Answer.Unknown _ ->
                    new PickupRequests.What(false, answer.words());
        };
    }

    /// What an operator wants done: whatever holds it, as long as that is what was meant.
    static Ask ask(HeldRequests.Part part, Ask.Way way, String operator) {
        return new Ask(
                part.id(),
                new Decider.Operator(operator),
                way,
                Optional.empty(),
                part.domain(),
                part.filter()::leftOut);
    }

    private static PickupRequests.Messages messages(Optional<Commands> commands) {
        return (act, id, patient, operator) -> {
            Map<Address, PickupRequests.What> done = new LinkedHashMap<>();
            if (commands.isEmpty()) {
                return done;
            }
            Command command = Command.of(act).orElseThrow();
            for (StoredMessage stored : commands.get().messages(id)) {
                Address to = stored.message().patient();
                if (patient.isEmpty() || patient.get().key().equals(to.key())) {
                    done.put(to, what(commands.get().perform(command, stored, operator)));
                }
            }
            return done;
        };
    }

    private static PickupRequests.What what(Command.Outcome outcome) {
        return switch (outcome.done()) {
            case RECALLED -> new PickupRequests.What(true, "taken back");
            case EXTENDED ->
                    new PickupRequests.What(
                            true,
                            "the link is good until "
                                    + outcome.until().map(Object::toString).orElse("its end"));
            case REMINDED -> new PickupRequests.What(true, "a new link is on its way");
            case EXPIRED ->
                    new PickupRequests.What(
                            false,
                            "no link is alive, or they pause; remind sends a new one, unless the"
                                    + " time of the message itself is over");
            case GONE -> new PickupRequests.What(false, "was taken back before");
            case UNKNOWN -> PickupRequests.What.NOTHING;
        };
    }

    private record Orders(QueueDesk desk, HeldDesk held) implements QueueRequests.Queue {
        @Override
        public void forEach(Spool.Visitor visitor) throws IOException {
            desk.forEach(visitor);
        }

        @Override
        public Optional<QueuedMessage> find(QueueId id) throws IOException {
            return desk.find(id);
        }

        @Override
        public Set<String> lists() {
            return held.lists();
        }

        @Override
        public PickupRequests.What act(
                QueueRequests.Act act, HeldRequests.Part part, String operator) throws IOException {
            return switch (act) {
                case RETRY -> done(desk.retry(part.id(), operator));
                case HOLD -> done(desk.hold(part.id(), operator));
                case RELEASE -> what(held.decide(ask(part, new Ask.Way.Release(), operator)));
                case DELETE -> done(desk.delete(part.id(), operator));
            };
        }

        private static PickupRequests.What done(Optional<String> words) {
            return words.map(it -> new PickupRequests.What(true, it))
                    .orElse(PickupRequests.What.NOTHING);
        }
    }
}
