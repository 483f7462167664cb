package org.postern.operate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.postern.World;
import org.postern.config.GatewayConfig.Storage;
import org.postern.control.ControlServer;
import org.postern.control.QueueRequests;
import org.postern.mail.QueueId;
import org.postern.spool.QueuedMessage;
import org.postern.spool.Spool;
import org.postern.transit.QueueDesk;

/// Connects the operator's socket with the queue.
public final class ControlWiring {
    private ControlWiring() {}

    /// Where the socket of a gateway is.
    public static Path socket(Storage storage) {
        return storage.data().resolve("control.sock");
    }

    /// Opens the socket of a gateway that has its data folder for itself.
    public static ControlServer open(Storage storage, QueueDesk desk, World world)
            throws IOException {
        QueueRequests requests = new QueueRequests(new Orders(desk), world.clock());
        return new ControlServer(socket(storage), requests);
    }

    private record Orders(QueueDesk desk) implements QueueRequests.Queue {
        @Override
        public void forEach(Spool.Visitor visitor) throws IOException {
            desk.forEach(visitor);
        }

        @Override
        public Optional<QueuedMessage> find(QueueId id) throws IOException {
            return desk.find(id);
        }

        @Override
        public Optional<String> act(QueueRequests.Act act, QueueId id, String operator)
                throws IOException {
            return switch (act) {
                case RETRY -> desk.retry(id, operator);
                case HOLD -> desk.hold(id, operator);
                case RELEASE -> desk.release(id, operator);
                case DELETE -> desk.delete(id, operator);
            };
        }
    }
}
