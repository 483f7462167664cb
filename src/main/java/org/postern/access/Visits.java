package org.postern.access;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.postern.access.PickupSessions.Opening;
import org.postern.access.PickupSessions.PickupSession;
import org.postern.http.BadRequest;
import org.postern.http.FormFields;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.mail.Address;
import org.postern.mailbox.ThreadId;

/// Readers as their browsers show them: a cookie for the session, one for the remembered device,
/// one for the request for a code; and a form token that is bound to the session.
public final class Visits {
    /// For so long a check counts as just passed.
    private static final Duration CHECKED_MAX = Duration.ofMinutes(10);

    private final PickupSessions sessions;
    private final DeviceTable devices;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final boolean secure;

    /// @param random cryptographically strong
    /// @param secure whether browsers see TLS; without, they refuse `__Host-` (RFC 6265bis
    ///   §4.1.3.2)
    public Visits(
            PickupSessions sessions,
            DeviceTable devices,
            InstantSource clock,
            RandomGenerator random,
            boolean secure) {
        this.sessions = sessions;
        this.devices = devices;
        this.clock = clock;
        this.random = random;
        this.secure = secure;
    }

    /// A reader who was let in.
    public record Visit(SessionSecret secret, PickupSession session) {
        public boolean isFor(String thread) {
            return session.thread().value().equals(thread);
        }

        public Address patient() {
            return session.patient();
        }

        /// Whether it is the patient herself, and nobody who reads along.
        public boolean isPatient() {
            return session.companion().isEmpty();
        }

        /// Stands in each form of this session and in no other page of the world.
        public String formToken() {
            return secret.formToken();
        }

        public boolean owns(String token) {
            return secret.owns(token);
        }
    }

    /// What a browser gets when a session begins.
    ///
    /// @param cookies Set-Cookie fields
    /// @param stolen a device that was forgotten because an old secret of it came back
    public record Entry(List<String> cookies, Optional<Device> stolen) {
        public Entry {
            cookies = List.copyOf(cookies);
        }

        /// A response that brings the cookies.
        public WebResponse on(WebResponse response) {
            WebResponse whole = response;
            for (String cookie : cookies) {
                whole = whole.with("Set-Cookie", cookie);
            }
            return whole;
        }
    }

    /// The session that a browser shows.
    public Optional<Visit> of(WebRequest request) throws IOException {
        Optional<SessionSecret> secret = request.cookie(session()).flatMap(SessionSecret::parse);
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        return sessions.find(secret.get(), clock.instant())
                .map(session -> new Visit(secret.get(), session));
    }

    /// The session of the patient herself; empty for whoever reads along.
    public Optional<Visit> patient(WebRequest request) throws IOException {
        return of(request).filter(Visit::isPatient);
    }

    /// The same for a form, which has to be of her own page.
    ///
    /// @throws BadRequest if it is not
    public Optional<Visit> patient(WebRequest request, FormFields form) throws IOException {
        Optional<Visit> visit = patient(request);
        if (visit.isPresent() && !visit.get().owns(form.text("form"))) {
            throw new BadRequest(403, "wrong form token");
        }
        return visit;
    }

    /// Whether somebody has just shown who she is: what lets others in asks for that.
    public boolean isChecked(Visit visit) {
        return visit.session().passed().isWithin(CHECKED_MAX, clock.instant());
    }

    /// The remembered device that a browser shows, without any change.
    public Optional<Device> device(WebRequest request) throws IOException {
        Optional<DeviceSecret> secret = request.cookie(device()).flatMap(DeviceSecret::parse);
        return secret.isEmpty() ? Optional.empty() : devices.look(secret.get(), clock.instant());
    }

    /// Whether a browser says that it is a known device of this patient; its secret may be an old
    /// one.
    public boolean isNamed(WebRequest request, Address patient) throws IOException {
        return named(request).filter(hers -> hers.key().equals(patient.key())).isPresent();
    }

    /// Whose known device a browser says that it is; its secret may be an old one.
    public Optional<Address> named(WebRequest request) throws IOException {
        Optional<DeviceSecret> secret = request.cookie(device()).flatMap(DeviceSecret::parse);
        return secret.isEmpty() ? Optional.empty() : devices.owner(secret.get());
    }

    /// Whether a browser shows any session, over or not.
    public boolean showsSession(WebRequest request) {
        return request.cookie(session()).isPresent();
    }

    /// Begins a session after a passed check; the one before ends. A known device of the patient
    /// goes with it, with its next secret.
    public Entry open(WebRequest request, Address patient, ThreadId thread, Passed passed)
            throws IOException {
        return switch (recognise(request, patient)) {
            case DeviceTable.Found.Known(Device device, Optional<DeviceSecret> next) -> {
                devices.notePassed(device.handle(), passed);
                yield entered(
                        request,
                        new Opening(patient, thread, passed, Optional.of(device.handle())),
                        cookies(device, next));
            }
            case DeviceTable.Found.Stolen(Device device) ->
                    new Entry(
                            opened(
                                    request,
                                    new Opening(patient, thread, passed, Optional.empty()),
                                    List.of(forgetDevice())),
                            Optional.of(device));
            case DeviceTable.Found.Unknown() ->
                    entered(
                            request,
                            new Opening(patient, thread, passed, Optional.empty()),
                            List.of());
        };
    }

    /// Begins a session of somebody who reads along; nothing of her browser is remembered.
    ///
    /// @return the Set-Cookie fields
    public List<String> openFor(WebRequest request, Opening opening) throws IOException {
        return opened(request, opening, List.of());
    }

    /// Begins a session on a known device, without a check.
    ///
    /// @return empty if the device is not this patient's
    public Optional<Entry> openKnown(WebRequest request, Address patient, ThreadId thread)
            throws IOException {
        return switch (recognise(request, patient)) {
            case DeviceTable.Found.Known(Device device, Optional<DeviceSecret> next) ->
                    Optional.of(
                            entered(
                                    request,
                                    new Opening(
                                            patient,
                                            thread,
                                            device.passed(),
                                            Optional.of(device.handle())),
                                    cookies(device, next)));
            case DeviceTable.Found.Stolen(Device device) ->
                    Optional.of(new Entry(List.of(forgetDevice()), Optional.of(device)));
            case DeviceTable.Found.Unknown() -> Optional.empty();
        };
    }

    /// Remembers the device of a session, and gives it a new session that knows it.
    ///
    /// @return the Set-Cookie fields
    public List<String> remember(WebRequest request, Visit visit) throws IOException {
        Instant now = clock.instant();
        PickupSession session = visit.session();
        DeviceSecret secret =
                devices.remember(visit.patient(), request.device(), session.passed(), now);
        Optional<Device> device = devices.look(secret, now);
        Opening opening =
                new Opening(
                        visit.patient(),
                        session.thread(),
                        session.passed(),
                        device.map(Device::handle));
        return opened(request, opening, List.of(deviceCookie(secret, Device.IDLE_MAX)));
    }

    /// Ends the session, if there is one.
    ///
    /// @return the Set-Cookie field that makes the browser forget it
    public String close(WebRequest request) throws IOException {
        Optional<SessionSecret> secret = request.cookie(session()).flatMap(SessionSecret::parse);
        if (secret.isPresent()) {
            sessions.close(secret.get());
        }
        return session() + "=" + attributes() + "; Max-Age=0";
    }

    /// The Set-Cookie field that makes a browser forget that it is known.
    public String forgetDevice() {
        return device() + "=" + attributes() + "; Max-Age=0";
    }

    /// The request for a code that a browser made.
    public Optional<String> asked(WebRequest request) {
        return request.cookie(ask()).flatMap(SessionSecret::parse).map(SessionSecret::value);
    }

    /// Notes in a browser that it asked for a code.
    ///
    /// @param ask names the request
    public String noteAsked(String ask, Duration life) {
        return ask() + "=" + ask + attributes() + "; Max-Age=" + life.toSeconds();
    }

    /// Names a request for a code.
    public String newAsk() {
        return SessionSecret.next(random).value();
    }

    private DeviceTable.Found recognise(WebRequest request, Address patient) throws IOException {
        Optional<DeviceSecret> secret = request.cookie(device()).flatMap(DeviceSecret::parse);
        Instant now = clock.instant();
        if (secret.isEmpty() || !isNamed(request, patient)) {
            // A family may share a telephone: the device of another patient stays hers.
            return new DeviceTable.Found.Unknown();
        }
        return devices.recognise(secret.get(), now);
    }

    private Entry entered(WebRequest request, Opening opening, List<String> cookies)
            throws IOException {
        return new Entry(opened(request, opening, cookies), Optional.empty());
    }

    private List<String> opened(WebRequest request, Opening opening, List<String> more)
            throws IOException {
        close(request);
        SessionSecret secret = sessions.open(opening, clock.instant());
        List<String> cookies = new ArrayList<>(more);
        cookies.addFirst(session() + "=" + secret.value() + attributes());
        return cookies;
    }

    private List<String> cookies(Device device, Optional<DeviceSecret> next) {
        Instant now = clock.instant();
        Duration whole = Duration.between(now, device.created().plus(Device.LIFE_MAX));
        Duration left = whole.compareTo(Device.IDLE_MAX) < 0 ? whole : Device.IDLE_MAX;
        return next.map(secret -> deviceCookie(secret, left)).stream().toList();
    }

    private String deviceCookie(DeviceSecret secret, Duration life) {
        return device() + "=" + secret.value() + attributes() + "; Max-Age=" + life.toSeconds();
    }

    private String session() {
        return named("s");
    }

    private String device() {
        return named("dev");
    }

    private String ask() {
        return named("ask");
    }

    private String named(String name) {
        return secure ? "__Host-" + name : name;
    }

    /// Lax and not Strict: a tap on a link in webmail comes from another site.
    private String attributes() {
        return "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }
}
