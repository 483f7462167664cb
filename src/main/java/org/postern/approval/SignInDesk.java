package org.postern.approval;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.postern.held.Decider.Approver;
import org.postern.http.BadRequest;
import org.postern.http.FormFields;
import org.postern.http.WebRequest;
import org.postern.http.WebResponse;
import org.postern.language.Texts;
import org.postern.mail.QueueId;
import org.postern.net.PerSource;
import org.postern.page.HeldViews;
import org.postern.page.Stage;
import org.postern.page.Stage.Setting;
import org.postern.sasl.Authenticator;
import org.postern.sasl.Logins;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where people sign in who decide about held mail, with the address and the password of their mail
/// program. What waits, and whether anything does, shows behind it alone.
final class SignInDesk {
    private static final Logger LOG = LoggerFactory.getLogger(SignInDesk.class);

    /// Each check may pause for half a minute, and must not take the place of patients.
    private static final int CHECKS_MAX = 20;

    private static final int PASSWORD_CHARACTERS_MAX = 1_000;

    private final Stage stage;
    private final DeskSessions sessions;
    private final ApprovalParts parts;
    private final Semaphore checks = new Semaphore(CHECKS_MAX);

    SignInDesk(Stage stage, DeskSessions sessions, ApprovalParts parts) {
        this.stage = stage;
        this.sessions = sessions;
        this.parts = parts;
    }

    Optional<DeskSessions.Seat> seat(WebRequest request) {
        return sessions.of(request);
    }

    /// The same for a form, which has to be of her own page.
    ///
    /// @throws BadRequest if it is not
    Optional<DeskSessions.Seat> seat(WebRequest request, FormFields form) throws BadRequest {
        Optional<DeskSessions.Seat> seat = sessions.of(request);
        if (seat.isPresent() && !seat.get().secret().owns(form.text("form"))) {
            throw new BadRequest(403, "wrong form token");
        }
        return seat;
    }

    /// The page that asks who she is; the same whatever is behind it.
    ///
    /// @param to a queue id, or empty
    WebResponse ask(WebRequest request, String to) {
        Texts texts = stage.texts(request);
        String path = to.isEmpty() ? "/held" : "/held/" + to;
        return stage.page(
                200,
                Setting.at(texts, path),
                "helddoor",
                new HeldViews.SignIn(to, "", Optional.empty()));
    }

    /// `POST /held`
    WebResponse signIn(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        Texts texts = stage.texts(request, form.text("lang"));
        String to = QueueId.isValid(form.text("to")) ? form.text("to") : "";
        String name = form.text("address").strip();
        String password = form.text("password");
        if (name.isEmpty() || password.isEmpty() || password.length() > PASSWORD_CHARACTERS_MAX) {
            return again(422, texts, to, new Typed(name, "desk.in.wrong"));
        }
        if (!checks.tryAcquire()) {
            return again(503, texts, to, new Typed(name, "desk.in.busy"));
        }
        Logins.Attempted attempted;
        try {
            attempted =
                    parts.logins()
                            .check(
                                    source(request),
                                    name.getBytes(StandardCharsets.UTF_8),
                                    password.getBytes(StandardCharsets.UTF_8));
        } finally {
            checks.release();
        }
        return switch (attempted) {
            case Logins.Attempted.LoggedIn(Authenticator.Account account) ->
                    signedIn(request, texts, to, account);
            case Logins.Attempted.Denied _ -> {
                parts.journal().note("approver sign-in refused", "from " + request.peer());
                yield again(422, texts, to, new Typed(name, "desk.in.wrong"));
            }
            case Logins.Attempted.Locked() -> {
                LOG.warn("{} failed to sign in too often", request.peer());
                yield again(429, texts, to, new Typed(name, "desk.in.locked"));
            }
            case Logins.Attempted.Unavailable(IOException why) -> {
                LOG.error("a password cannot be checked: {}", why.toString());
                yield again(503, texts, to, new Typed(name, "desk.in.busy"));
            }
        };
    }

    /// Whom no rule asks gets no session: there is nothing for her here.
    private WebResponse signedIn(
            WebRequest request, Texts texts, String to, Authenticator.Account account)
            throws IOException {
        Approver approver = new Approver(account.address(), account.sendAs());
        String detail = account.address() + " from " + request.peer();
        if (!parts.desk().isApprover(approver)) {
            parts.journal().note("no approver, sign-in refused", detail);
            return again(403, texts, to, new Typed(account.address().toString(), "desk.in.nobody"));
        }
        parts.journal().note("approver signed in", detail);
        String path = to.isEmpty() ? "/held" : "/held/" + to;
        return WebResponse.seeOther(path + "?lang=" + texts.language().tag())
                .with("Set-Cookie", sessions.open(request, approver, account::isGood));
    }

    /// `POST /held/sign-out`
    WebResponse signOut(WebRequest request) throws IOException {
        FormFields form = request.ownForm();
        String lang = stage.texts(request, form.text("lang")).language().tag();
        return WebResponse.seeOther("/held?lang=" + lang)
                .with("Set-Cookie", sessions.close(request));
    }

    /// @param alert key of its words
    private record Typed(String name, String alert) {}

    private WebResponse again(int status, Texts texts, String to, Typed typed) {
        return stage.page(
                status,
                Setting.afterForm(texts),
                "helddoor",
                new HeldViews.SignIn(to, typed.name(), Optional.of(texts.say(typed.alert()))));
    }

    /// As SMTP counts it, so that guesses count together wherever they are made.
    private static String source(WebRequest request) throws IOException {
        return PerSource.of(InetAddress.getByName(request.peer()));
    }
}
