package org.postern.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.postern.bridge.Bridge;
import org.postern.bridge.Orders;
import org.postern.bridge.Releases;
import org.postern.mail.Address;
import org.postern.mailbox.MessageKey;
import org.postern.sent.SentOrder;

/// What a mail program reaches beside its folders, as tests want it.
final class Bridges {
    private Bridges() {}

    /// The one that is there at each call.
    static Bridge following(Supplier<Bridge> now) {
        return new Bridge(
                new Orders() {
                    @Override
                    public Orders.Result give(Address by, MessageKey key, SentOrder order)
                            throws IOException {
                        return now.get().orders().give(by, key, order);
                    }

                    @Override
                    public void noteRefused(Address by, MessageKey key, SentOrder order, String why)
                            throws IOException {
                        now.get().orders().noteRefused(by, key, order, why);
                    }
                },
                (reader, keys) -> now.get().readings().note(reader, keys),
                new Releases() {
                    @Override
                    public Releases.Result release(Person person, MessageKey key)
                            throws IOException {
                        return now.get().releases().release(person, key);
                    }

                    @Override
                    public void noteRefused(Person person, MessageKey key, String why)
                            throws IOException {
                        now.get().releases().noteRefused(person, key, why);
                    }
                });
    }

    /// Lets nothing go.
    static final class Shut implements Releases {
        /// What was refused as a whole: who, which message, and why.
        final List<String> noted = new ArrayList<>();

        private final String words;

        Shut(String words) {
            this.words = words;
        }

        @Override
        public Releases.Result release(Person person, MessageKey key) {
            return new Releases.Result(false, words);
        }

        @Override
        public void noteRefused(Person person, MessageKey key, String why) {
            noted.add(person.by() + " " + key + " " + why);
        }
    }
}
