package org.postern.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postern.config.GatewayConfig;
import org.postern.config.GatewayConfig.Authentication;
import org.postern.config.GatewayConfig.Imap;
import org.postern.doctor.Doctor.Finding;
import org.postern.doctor.Doctor.Weight;
import org.postern.entrance.Entrance;

/// Whether the clinic's own folders can be shown, where that is switched on: the server is there,
/// proves its name, and takes log-ins. Nobody logs in.
public final class ClinicCheck {
    /// Of what the server calls itself.
    private static final int NAME_CHARS_MAX = 40;

    private final Question question;

    /// Asks the server that checks the passwords.
    @FunctionalInterface
    public interface Question {
        /// @throws IOException if it does not answer as it must; the message says why
        Entrance.Self ask(GatewayConfig config) throws IOException;
    }

    ClinicCheck(Question question) {
        this.question = question;
    }

    /// Nothing where the folders are not shown.
    List<Finding> find(GatewayConfig config) {
        @Nullable Authentication asked = config.listeners().authentication();
        @Nullable String top = asked == null ? null : asked.folders();
        if (asked == null || top == null) {
            return List.of();
        }
        List<Finding> findings = new ArrayList<>();
        Imap imap = config.listeners().imap();
        if (imap.starttls() == null && imap.implicit() == null) {
            findings.add(unseen("no listener imap or imaps is named"));
        } else if (imap.appOnly()) {
            findings.add(unseen("with imap-app-passwords-only nobody shows its password"));
        }
        findings.add(server(config, asked, top));
        return findings;
    }

    private static Finding unseen(String why) {
        return new Finding(
                Weight.WARN,
                "The clinic's folders (authentication: folders) are shown to nobody: " + why + ".");
    }

    private Finding server(GatewayConfig config, Authentication asked, String top) {
        String place = asked.server().host() + ":" + asked.server().port();
        try {
            Entrance.Self self = question.ask(config);
            return new Finding(
                    Weight.GOOD,
                    ("The clinic's IMAP server %s has proved its name (%s). Its folders are"
                                    + " below %s.")
                            .formatted(place, described(self), top));
        } catch (IOException e) {
            return new Finding(
                    Weight.BAD,
                    ("The clinic's IMAP server %s cannot be used: %s. Nobody logs in with its"
                                    + " passwords, and its folders are not shown. Look at host,"
                                    + " port, tls and trust under authentication.")
                            .formatted(place, e.getMessage()));
        }
    }

    /// In the server's own words, as far as they are words.
    private static String described(Entrance.Self self) {
        List<String> words = new ArrayList<>();
        if (!self.name().isBlank()) {
            words.add(self.name());
        }
        words.addAll(self.revisions());
        String all = String.join(", ", words).replaceAll("[^A-Za-z0-9 ,._-]", "?");
        return all.substring(0, Math.min(all.length(), NAME_CHARS_MAX));
    }
}
