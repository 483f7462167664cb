package org.postern.allowance;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postern.mail.Listener;
import org.postern.naming.Values;
import org.postern.yaml.Section;

/// Reads `limits` and `session-limits` of `gateway.yaml`. The bounds of each setting leave it a
/// protection at both ends: it refuses nobody who behaves, and lets nobody stay for ever.
public final class LimitsReader {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    private static final String LIMITS = "limits";
    private static final String SESSIONS = "session-limits";
    private static final String CONNECTIONS = "connections";
    private static final String PER_SOURCE = "connections-per-source";
    private static final int CONNECTIONS_MAX = 10_000;
    private static final int USUAL_CONNECTIONS = 500;
    private static final int USUAL_PER_SOURCE = 50;
    private static final int USUAL_RECIPIENTS = 500;
    private static final Limits.Shares IMAP = new Limits.Shares(2_000, 50);

    /// As the rules of the policy call them: `submission` is `submissions` as well.
    private static final Map<String, Listener> LISTENERS =
            Map.of(
                    "submission",
                    Listener.SUBMISSION,
                    "relay",
                    Listener.RELAY,
                    "inbound",
                    Listener.INBOUND);

    private final Section top;

    /// @param top the whole file
    public LimitsReader(Section top) {
        this.top = top;
    }

    /// After errors, which are noted, the limits are some.
    public Limits read() {
        Limits all = top.section(LIMITS).map(LimitsReader::all).orElseGet(LimitsReader::usual);
        Map<Listener, SmtpLimits> each = new EnumMap<>(all.smtp());
        Set<Listener> named = EnumSet.noneOf(Listener.class);
        for (Section section : top.sections(SESSIONS)) {
            List<Listener> which = section.requiredList("for", Values.word(LISTENERS));
            if (!Collections.disjoint(named, which)) {
                section.wrong(
                        "for",
                        "the limits of this listener are set in another entry already",
                        "one entry for each listener; submission is submissions as well");
            }
            Entry entry = Entry.read(section);
            entry.suits(which);
            which.forEach(listener -> each.put(listener, entry.on(listener, all.of(listener))));
            section.build(() -> which).ifPresent(named::addAll);
        }
        return new Limits(all.message(), each, all.imap());
    }

    private static Limits usual() {
        return limits(
                25 * MIB,
                USUAL_RECIPIENTS,
                new SmtpLimits.Places(USUAL_CONNECTIONS, USUAL_PER_SOURCE, 25),
                IMAP);
    }

    private static Limits all(Section section) {
        long message = section.or("message", Values.size(64 * KIB, 100 * MIB), 25 * MIB);
        // RFC 5321 §4.5.3.1.8: at least 100.
        int recipients = section.or("recipients", Values.number(100, 10_000), USUAL_RECIPIENTS);
        int connections =
                section.or(CONNECTIONS, Values.number(1, CONNECTIONS_MAX), USUAL_CONNECTIONS);
        int perSource = section.or(PER_SOURCE, Values.number(1, CONNECTIONS_MAX), USUAL_PER_SOURCE);
        Limits.Shares imap =
                new Limits.Shares(
                        section.or(
                                "imap-connections-per-source",
                                Values.number(1, CONNECTIONS_MAX),
                                IMAP.source()),
                        section.or(
                                "imap-connections-per-user", Values.number(1, 1_000), IMAP.user()));
        Limits limits =
                limits(
                        message,
                        recipients,
                        new SmtpLimits.Places(connections, perSource, 25),
                        imap);
        return section.build(() -> limits).orElseGet(LimitsReader::usual);
    }

    private static Limits limits(
            long message, int recipients, SmtpLimits.Places places, Limits.Shares imap) {
        Map<Listener, SmtpLimits> smtp = new EnumMap<>(Listener.class);
        for (Listener listener : LISTENERS.values()) {
            SmtpLimits usual = SmtpLimits.usual(listener).withMessageOctets(message);
            // The clinic's own server is one source, and the only one of its listener.
            int perSource = listener == Listener.RELAY ? places.all() : places.perSource();
            smtp.put(
                    listener,
                    usual.with(places.with(places.all(), perSource))
                            .withRecipients(
                                    listener == Listener.INBOUND
                                            ? usual.recipients()
                                            : recipients));
        }
        return new Limits(message, smtp, imap);
    }

    /// What an entry can set, with the bounds of each.
    private enum Setting {
        CONNECTIONS(LimitsReader.CONNECTIONS, 1, CONNECTIONS_MAX),
        PER_SOURCE(LimitsReader.PER_SOURCE, 1, CONNECTIONS_MAX),
        KEPT("kept-percent", 10, 90),
        // RFC 5321 §4.5.3.1.8: at least 100.
        RECIPIENTS("recipients", 100, 10_000),
        // RFC 5321 §4.5.3.2.1: a client waits five minutes for the greeting.
        BANNER_PAUSE("banner-pause-seconds", 0, 30),
        LOGIN("login-minutes", 1, 10),
        COMMAND("command-minutes", 1, 10),
        PROGRESS("minutes-without-message", 2, 60),
        MESSAGE("message-minutes", 10, 240),
        PACE("octets-per-second", 100, 100_000),
        // MAIL, RCPT and DATA of a message for each one alone are three.
        COMMANDS_PER_RECIPIENT("commands-per-recipient", 3, 100),
        COMMANDS_BESIDES("commands-besides", 50, 2_000),
        IDLE_COMMANDS("idle-commands", 20, 1_000),
        DEFERRALS("deferrals", 10, 1_000),
        ERRORS("errors", 5, 200),
        LOGIN_FAILURES("login-failures", 2, 20);

        private final String key;
        private final int min;
        private final int max;

        Setting(String key, int min, int max) {
            this.key = key;
            this.min = min;
            this.max = max;
        }
    }

    /// What one entry sets.
    private record Entry(Section section, Map<Setting, Integer> set) {
        static Entry read(Section section) {
            Map<Setting, Integer> set = new EnumMap<>(Setting.class);
            for (Setting each : Setting.values()) {
                section.optional(each.key, Values.number(each.min, each.max))
                        .ifPresent(value -> set.put(each, value));
            }
            return new Entry(section, set);
        }

        /// Notes what would say nothing.
        void suits(List<Listener> which) {
            for (Setting login : List.of(Setting.LOGIN, Setting.LOGIN_FAILURES)) {
                if (set.containsKey(login) && !which.contains(Listener.SUBMISSION)) {
                    section.wrong(
                            login.key,
                            login.key + " is for submission: nobody logs in at relay and inbound",
                            "give submission an entry of its own");
                }
            }
            if (set.containsKey(Setting.KEPT) && Set.of(Listener.RELAY).containsAll(which)) {
                section.wrong(
                        Setting.KEPT.key,
                        "at relay all places but 20 are kept for the clinic's own servers",
                        "remove kept-percent");
            }
        }

        SmtpLimits on(Listener listener, SmtpLimits usual) {
            SmtpLimits.Deadlines times = usual.deadlines();
            return new SmtpLimits(
                    usual.messageOctets(),
                    number(Setting.RECIPIENTS, usual.recipients()),
                    places(listener, usual.places()),
                    talk(usual.talk()),
                    times.with(waits(times.client())).with(pace(times.message())));
        }

        private SmtpLimits.Places places(Listener listener, SmtpLimits.Places usual) {
            int all = number(Setting.CONNECTIONS, usual.all());
            boolean onlySource = listener == Listener.RELAY && set.containsKey(Setting.CONNECTIONS);
            SmtpLimits.Places places =
                    new SmtpLimits.Places(
                            all,
                            // The clinic's own server is one source.
                            number(Setting.PER_SOURCE, onlySource ? all : usual.perSource()),
                            number(Setting.KEPT, usual.keptPercent()));
            if (listener == Listener.INBOUND) {
                leavesStrangersTheirHalf(places);
            }
            return places;
        }

        /// What is kept for those who are known is nothing that a stranger leaves to the others.
        private void leavesStrangersTheirHalf(SmtpLimits.Places places) {
            Optional<Setting> asked =
                    Stream.of(Setting.PER_SOURCE, Setting.CONNECTIONS, Setting.KEPT)
                            .filter(set::containsKey)
                            .findFirst();
            int ofStrangers = places.all() - places.kept(Listener.INBOUND);
            if (asked.isPresent() && places.perSource() > ofStrangers / 2) {
                section.wrong(
                        asked.get().key,
                        "one stranger could hold more than half of the places for strangers",
                        "make connections-per-source at most half of those that are not kept");
            }
        }

        private SmtpLimits.Talk talk(SmtpLimits.Talk usual) {
            return new SmtpLimits.Talk(
                    number(Setting.COMMANDS_PER_RECIPIENT, usual.commandsPerRecipient()),
                    number(Setting.COMMANDS_BESIDES, usual.commandsBesides()),
                    number(Setting.IDLE_COMMANDS, usual.idleCommands()),
                    number(Setting.DEFERRALS, usual.deferrals()),
                    number(Setting.ERRORS, usual.errors()),
                    number(Setting.LOGIN_FAILURES, usual.authFailures()));
        }

        private SmtpLimits.Waits waits(SmtpLimits.Waits usual) {
            long banner = usual.banner().toSeconds();
            return new SmtpLimits.Waits(
                    Duration.ofSeconds(number(Setting.BANNER_PAUSE, banner)),
                    minutes(Setting.LOGIN, usual.login()),
                    minutes(Setting.COMMAND, usual.command()),
                    minutes(Setting.PROGRESS, usual.progress()));
        }

        private SmtpLimits.Pace pace(SmtpLimits.Pace usual) {
            return new SmtpLimits.Pace(
                    minutes(Setting.MESSAGE, usual.whole()),
                    usual.grace(),
                    number(Setting.PACE, usual.octetsPerSecond()));
        }

        private int number(Setting setting, long usual) {
            return set.getOrDefault(setting, Math.toIntExact(usual));
        }

        private Duration minutes(Setting setting, Duration usual) {
            return Duration.ofMinutes(number(setting, usual.toMinutes()));
        }
    }
}
