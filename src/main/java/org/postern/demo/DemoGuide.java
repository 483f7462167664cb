package org.postern.demo;

import java.util.List;

/// What a person can do with the running demo, ready to be pasted.
final class DemoGuide {
    private DemoGuide() {}

    static List<String> lines(DemoWorld world) {
        SampleClinic.Ports ports = world.clinic().ports();
        return GUIDE.formatted(
                        Person.PATIENT.fullName(),
                        world.inboxes().url(Person.PATIENT),
                        Person.PATIENT_BIRTH_DATE,
                        world.clinic().pickupUrl(),
                        world.inboxes().url(Person.CLINICIAN),
                        world.inboxes().url(Person.COLLEAGUE),
                        world.inboxes().url(Person.PARTNER),
                        ports.submission(),
                        Person.CLINICIAN.address(),
                        Person.CLINICIAN.password(),
                        Person.CLINICIAN.address(),
                        Person.PATIENT.address(),
                        ports.submission(),
                        world.clinic().ca(),
                        Person.CLINICIAN.address(),
                        Person.CLINICIAN.password(),
                        Person.CLINICIAN.address(),
                        Person.PATIENT.address(),
                        ports.submission(),
                        world.outside().imapPort(),
                        Person.CLINICIAN.address(),
                        Person.CLINICIAN.password(),
                        world.clinic().config(),
                        world.clinic().config(),
                        world.clinic().config())
                .lines()
                .toList();
    }

    private static final String GUIDE =
            """

            The patient's inbox, as a page. Click the notice; the answer is %s's birth date.
              %s      (birth date %s)
            A page on which anybody may write first; the link comes to the patient's inbox:
              %s/to/anna-reyes
            The other inboxes:
              %s   the clinician
              %s   the colleague
              %s     the partner

            Send mail of your own:
              swaks --server localhost:%d --tls --auth PLAIN --auth-user %s \\
                    --auth-password '%s' --from %s --to %s \\
                    --header 'Subject: Hello' --body 'Only the patient reads this.'
              curl --url smtp://localhost:%d --ssl-reqd --cacert %s \\
                    --user '%s:%s' --mail-from %s --mail-rcpt %s --upload-file MESSAGE.eml
            Thunderbird: outgoing localhost port %d, STARTTLS, normal password;
              incoming IMAP localhost port %d, no TLS (this is the world outside);
              user %s, password: %s

            The clinic's configuration is in %s; edit policy.yaml and send again.
            Why each message went as it did, and what a rule holds:
              ./gateway --config %s audit show
              ./gateway --config %s held list
            Ctrl-C ends the demo and leaves nothing behind.
            """;
}
