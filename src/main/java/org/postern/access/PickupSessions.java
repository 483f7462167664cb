package org.postern.access;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postern.mail.Address;
import org.postern.mailbox.NewMessage.Guard;
import org.postern.mailbox.ThreadId;

/// The sessions of patients who passed the check, each good for one thread. What a session may see
/// is the page's business.
///
/// Only the hash of a secret is stored. All methods may be called by many threads at once. A
/// session survives a restart; it does not survive the loss of the database, and the patient
/// answers the check again.
public interface PickupSessions {
    /// How long a session lives without a request.
    Duration IDLE_MAX = Duration.ofMinutes(15);

    /// The same on a device that is known: coming back there asks nothing anyway.
    Duration KNOWN_IDLE_MAX = Duration.ofMinutes(45);

    /// How long a session lives at most.
    Duration LIFE_MAX = Duration.ofHours(12);

    /// Begins a session: always a new secret, never one that the browser sent.
    SessionSecret open(Opening opening, Instant now) throws IOException;

    /// The session behind a cookie, if it is alive. That of a companion is over as soon as she is
    /// no caregiver any more. It counts as used at `now`; uses less than a minute apart count as
    /// one, so that a page with its images costs one write.
    ///
    /// The first use shows that the response which set the cookie has arrived, and with it the new
    /// secret of the device: that is noted at the device.
    Optional<PickupSession> find(SessionSecret secret, Instant now) throws IOException;

    /// Ends a session, if there is one; durable on return.
    void close(SessionSecret secret) throws IOException;

    /// Ends all sessions of a patient; durable on return.
    void closeAll(Address patient) throws IOException;

    /// Somebody who reads along for the patient of a session.
    ///
    /// @param id names her among the caregivers
    /// @param address her own
    /// @param sensitive whether she may read what is sensitive too
    record Companion(String id, Address address, boolean sensitive) {}

    /// Who begins a session, and by what right.
    ///
    /// @param device the known device on which it is, by its handle
    /// @param companion who reads, if it is not the patient
    record Opening(
            Address patient,
            ThreadId thread,
            Passed passed,
            Optional<String> device,
            Optional<Companion> companion) {
        /// The patient herself.
        public Opening(Address patient, ThreadId thread, Passed passed, Optional<String> device) {
            this(patient, thread, passed, device, Optional.empty());
        }
    }

    /// @param opened when it began
    /// @param expires when the session ends at the latest if no other request comes
    /// @param passed what was shown; long before it began if the device was known
    /// @param companion who reads, if it is not the patient
    record PickupSession(
            Address patient,
            ThreadId thread,
            Instant opened,
            Instant expires,
            Passed passed,
            Optional<String> device,
            Optional<Companion> companion) {
        /// Whether a conversation that is guarded so may be read now.
        public boolean maySee(Guard guard, Instant now) {
            boolean permitted =
                    companion.isEmpty() || guard.isOpenAlong(companion.get().sensitive());
            return permitted && passed.suffices(guard.level(), now);
        }

        /// Who reads: the patient, or whoever reads along for her.
        public Address reader() {
            return companion.map(Companion::address).orElse(patient);
        }

        /// Whether nothing was asked because the device was known.
        public boolean isByDevice() {
            return device.isPresent() && passed.at().isBefore(opened);
        }

        /// What was shown, in words for audit and receipts: `sms`, or `device+sms` if it was shown
        /// long ago on this device.
        public String shown() {
            return companion.isPresent()
                    ? "caregiver-code"
                    : (isByDevice() ? "device+" : "") + passed.check().word();
        }
    }
}
