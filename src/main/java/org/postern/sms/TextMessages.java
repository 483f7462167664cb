package org.postern.sms;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postern.check.PatientFile;
import org.postern.mail.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends text messages to patients whose mobile number the clinic has on file. What is sent holds
/// no name and nothing of a message; that is the business of whoever words it.
public final class TextMessages implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TextMessages.class);

    /// How long a patient whom no text message reaches is asked something else.
    private static final Duration UNREACHED = Duration.ofMinutes(10);

    private static final int UNREACHED_MAX = 10_000;

    private final PatientFile patients;
    private final @Nullable SmsWebhook service;
    private final InstantSource clock;
    private final Map<String, Instant> unreached = new ConcurrentHashMap<>();

    /// @param service null where the clinic has none
    public TextMessages(PatientFile patients, @Nullable SmsWebhook service, InstantSource clock) {
        this.patients = patients;
        this.service = service;
        this.clock = clock;
    }

    /// The number on file; empty if there is none.
    public Optional<String> number(Address patient) {
        return patients.number(patient);
    }

    /// Whether there are a number and a service, and the last message to her was not refused just
    /// now.
    public boolean reaches(Address patient) {
        Instant until = unreached.get(patient.key());
        return service != null
                && (until == null || !until.isAfter(clock.instant()))
                && number(patient).isPresent();
    }

    /// Sends a text message.
    ///
    /// @return false if it was not taken: then she is not reached for a while
    public boolean send(Address patient, String text) {
        Optional<String> number = number(patient);
        if (service == null || number.isEmpty()) {
            return false;
        }
        try {
            service.send(number.get(), text);
            unreached.remove(patient.key());
            return true;
        } catch (IOException e) {
            LOG.warn("A text message was not sent: {}", e.getMessage());
            if (unreached.size() >= UNREACHED_MAX) {
                unreached.clear();
            }
            unreached.put(patient.key(), clock.instant().plus(UNREACHED));
            return false;
        }
    }

    @Override
    public void close() {
        if (service != null) {
            service.close();
        }
    }
}
