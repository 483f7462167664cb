package org.postern.allowance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.allowance.SmtpLimits.Places;
import org.postern.allowance.SmtpLimits.Talk;
import org.postern.allowance.SmtpLimits.Waits;
import org.postern.mail.Listener;
import org.postern.testkit.Accepted;
import org.postern.yaml.Checked;
import org.postern.yaml.ConfigErrors;
import org.postern.yaml.Section;
import org.postern.yaml.YamlParser;

/// What `limits` and `session-limits` come to for each listener, and what they may not say.
class LimitsReaderTest {
    private static final String ALL =
            """
            limits: { connections: 300, connections-per-source: 30 }
            session-limits:
              - for: [inbound, submission]
                recipients: 150
                connections: 200
                connections-per-source: 20
                kept-percent: 50
                banner-pause-seconds: 6
                login-minutes: 3
                command-minutes: 4
                minutes-without-message: 7
                message-minutes: 30
                octets-per-second: 2000
                commands-per-recipient: 5
                commands-besides: 90
                idle-commands: 40
                deferrals: 25
                errors: 9
                login-failures: 3
              - { for: relay, errors: 100 }
            """;

    @Test
    void everySettingReachesItsListeners() {
        Limits limits = Accepted.value(read(ALL));
        for (Listener listener : new Listener[] {Listener.INBOUND, Listener.SUBMISSION}) {
            SmtpLimits usual = SmtpLimits.usual(listener);
            assertEquals(
                    new SmtpLimits(
                            25 << 20,
                            150,
                            new Places(200, 20, 50),
                            new Talk(5, 90, 40, 25, 9, 3),
                            usual.deadlines()
                                    .with(
                                            new Waits(
                                                    Duration.ofSeconds(6),
                                                    Duration.ofMinutes(3),
                                                    Duration.ofMinutes(4),
                                                    Duration.ofMinutes(7)))
                                    .with(
                                            new SmtpLimits.Pace(
                                                    Duration.ofMinutes(30),
                                                    Duration.ofMinutes(1),
                                                    2_000))),
                    limits.of(listener));
        }
        assertEquals(100, limits.of(Listener.INBOUND).places().kept(Listener.INBOUND));
    }

    @Test
    void whatAnEntryLeavesOutStaysAsItIs() {
        assertEquals(
                SmtpLimits.usual(Listener.RELAY)
                        .withRecipients(500)
                        .withPlaces(300, 300)
                        .with(Talk.usual().withErrors(100)),
                Accepted.value(read(ALL)).of(Listener.RELAY));
    }

    /// Each number at both of its ends: what is beyond would be no protection, or a refusal of
    /// those who behave.
    @ParameterizedTest
    @CsvSource({
        "recipients, 100, 10000",
        "connections, 2, 10000",
        "kept-percent, 10, 90",
        "banner-pause-seconds, 0, 30",
        "login-minutes, 1, 10",
        "command-minutes, 1, 10",
        "minutes-without-message, 2, 60",
        "message-minutes, 10, 240",
        "octets-per-second, 100, 100000",
        "commands-per-recipient, 3, 100",
        "commands-besides, 50, 2000",
        "idle-commands, 20, 1000",
        "deferrals, 10, 1000",
        "errors, 5, 200",
        "login-failures, 2, 20",
    })
    void noNumberSwitchesAProtectionOff(String key, int min, int max) {
        String entry = "session-limits:\n  - for: submission\n    connections-per-source: 1\n    ";
        Accepted.value(read(entry + key + ": " + min));
        Accepted.value(read(entry + key + ": " + max));
        String at = "gateway.yaml:4:" + (7 + key.length()) + ": " + key + ": ";
        int low = key.equals("connections") ? 0 : Math.max(0, min - 1);
        if (low < min) {
            refused(entry + key + ": " + low, at);
        }
        refused(entry + key + ": " + (max + 1), at);
        refused(entry + key + ": \"" + max + "\"", at);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ errors: 9 } | 2:5 | the key \"for\" is missing",
                "{ for: imap } | 2:12 | for: ",
                "{ for: [relay, pickup] } | 2:20 | for: ",
                "{ for: relay, error: 9 } | 2:19 | did you mean \"errors\"",
                "{ for: relay, login-minutes: 2 } | 2:34 | nobody logs in at relay and inbound",
                "{ for: inbound, login-failures: 2 } | 2:37 | nobody logs in",
                "{ for: relay, kept-percent: 20 } | 2:33 | all places but 20",
                "{ for: inbound, connections: 130 } | 2:34 | places for strangers",
                "{ for: inbound, connections-per-source: 188 } | 2:45 | more than half",
                "{ for: inbound, kept-percent: 90 } | 2:35 | more than half",
                "{ for: inbound, kept-percent: 81, connections: 500 } | 2:52 | more than half",
            })
    void whatSaysNothingIsRefusedWhereItStands(String entry, String place, String words) {
        String problems = problems("session-limits:\n  - " + entry);
        assertEquals(
                "gateway.yaml:" + place, problems.substring(0, problems.indexOf(": ")), problems);
        assertEquals(true, problems.contains(words), problems);
    }

    /// A quarter of the usual 500 is kept, so half of 375 is what one stranger may have; a server
    /// of the clinic is one source.
    @Test
    void oneSourceHasItsShareOfThePlacesThatAreOpenToIt() {
        Accepted.value(read("session-limits: [{ for: inbound, connections-per-source: 187 }]"));
        Accepted.value(read("session-limits: [{ for: inbound, kept-percent: 80 }]"));
        Limits limits = Accepted.value(read("session-limits: [{ for: relay, connections: 2000 }]"));
        assertEquals(new Places(2_000, 2_000, 25), limits.of(Listener.RELAY).places());
        Limits both =
                Accepted.value(
                        read(
                                """
                                session-limits:
                                  - { for: relay, connections: 2000, connections-per-source: 9 }
                                """));
        assertEquals(new Places(2_000, 9, 25), both.of(Listener.RELAY).places());
    }

    @Test
    void twoEntriesForOneListenerAreRefused() {
        String twice = "session-limits:\n  - { for: [relay, inbound] }\n  - { for: inbound }\n";
        refused(twice, "gateway.yaml:3:12: the limits of this listener are set in another entry");
    }

    private static void refused(String yaml, String begin) {
        String problems = problems(yaml);
        assertEquals(begin, problems.substring(0, Math.min(begin.length(), problems.length())));
    }

    private static String problems(String yaml) {
        return read(yaml).problems().stream().map(Object::toString).collect(Collectors.joining());
    }

    private static Checked<Limits> read(String yaml) {
        ConfigErrors errors = new ConfigErrors();
        return Checked.of(
                YamlParser.parse("gateway.yaml", yaml, errors)
                        .flatMap(root -> Section.of("", root, errors))
                        .flatMap(top -> {
                            Limits limits = new LimitsReader(top).read();
                            return top.build(() -> limits);
                        }),
                errors);
    }
}
