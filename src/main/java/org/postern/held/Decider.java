package org.postern.held;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.mail.Address;
import org.postern.mail.Envelope;
import org.postern.mail.Listener;
import org.postern.spool.RecipientState.Afresh;

/// Who decides about held mail.
public sealed interface Decider {
    /// As the audit has it. No two people have the same.
    String name();

    /// As it stands beside a word that is one of two.
    default String voter() {
        return name();
    }

    /// Whether a word that stands there is hers: who has the same name as an operator and as an
    /// approver is one person.
    default boolean gave(String voter) {
        return isWordOf(name(), voter);
    }

    /// Whether who has this name gave a word, on the page or by command.
    ///
    /// @param voter as it stands beside the word
    static boolean isWordOf(String name, String voter) {
        String other =
                voter.endsWith(Operator.BY_COMMAND)
                        ? voter.substring(0, voter.length() - Operator.BY_COMMAND.length())
                        : voter;
        return person(other).equals(person(name));
    }

    /// An address in any spelling is one person, and addresses that differ are two.
    private static String person(String name) {
        return Address.parse(name).map(Address::key).orElseGet(() -> name.toLowerCase(Locale.ROOT));
    }

    /// Who has submitted a message through a door of the clinic's own: what the world sends names
    /// whom it likes (RFC 5321 §6.2).
    static List<Address> submitters(Envelope envelope) {
        Listener listener = envelope.arrival().listener();
        return listener == Listener.SUBMISSION || listener == Listener.RELAY
                ? names(envelope)
                : List.of();
    }

    private static List<Address> names(Envelope envelope) {
        return Stream.of(
                        Optional.ofNullable(envelope.arrival().authenticated()),
                        Optional.ofNullable(envelope.reversePath()))
                .flatMap(Optional::stream)
                .toList();
    }

    /// Whoever runs the commands: a user of this machine.
    record Operator(String name) implements Decider {
        /// Behind a name that could be an address; no address ends so.
        private static final String BY_COMMAND = " (command)";

        /// Where users come from a directory, their names may look like addresses.
        @Override
        public String voter() {
            return isAddress(name) ? name + BY_COMMAND : name;
        }

        /// Whether a word was given by command: approvers are named by addresses.
        static boolean isVoter(String voter) {
            return !isAddress(voter) || voter.endsWith(BY_COMMAND);
        }

        private static boolean isAddress(String name) {
            return name.indexOf('@') >= 0;
        }
    }

    /// Somebody whom a rule's list names, and who has just signed in.
    ///
    /// @param sendAs further addresses under which she writes
    record Approver(Address address, Set<Address> sendAs) implements Decider {
        public Approver {
            sendAs = Set.copyOf(sendAs);
        }

        @Override
        public String name() {
            return address.key();
        }

        /// Whether it came from her through a door of the clinic's own.
        boolean hasSubmitted(Envelope envelope) {
            return isOneOf(submitters(envelope));
        }

        /// Whether one of her addresses is the log-in, the reverse-path, or one that the message
        /// names as its author. What stands behind a plus sign makes nobody another (RFC 5233).
        ///
        /// @param named by the message itself
        boolean isAuthor(Envelope envelope, List<Address> named) {
            return isOneOf(names(envelope)) || isOneOf(named);
        }

        /// Whether one of these addresses is hers.
        boolean isOneOf(List<Address> addresses) {
            Set<String> own = new HashSet<>();
            own.add(person(address));
            sendAs.forEach(it -> own.add(person(it)));
            return addresses.stream().anyMatch(it -> own.contains(person(it)));
        }

        private static String person(Address address) {
            return address.key().replaceFirst("(?<=.)\\+.*(?=@)", "");
        }
    }

    /// The end of a hold's time.
    record Time() implements Decider {
        @Override
        public String name() {
            return Afresh.TIME;
        }
    }
}
