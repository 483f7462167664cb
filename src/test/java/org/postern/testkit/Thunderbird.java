package org.postern.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real Thunderbird without a window, with a fresh profile.
///
/// @param driver runs scripts in it
public record Thunderbird(Process program, Marionette driver) implements AutoCloseable {
    private static final List<String> PREFERENCES =
            List.of(
                    "mail.shell.checkDefaultClient\", false",
                    "mail.provider.suppress_dialog_on_startup\", true",
                    "mail.spotlight.firstRunDone\", true",
                    "mailnews.start_page.enabled\", false",
                    "app.update.enabled\", false",
                    "datareporting.policy.dataSubmissionEnabled\", false",
                    "mail.compose.warn_public_recipients.aggressive\", false",
                    "mail.SpellCheckBeforeSend\", false");

    /// Starts it, and waits for its door.
    ///
    /// @param home of its user; the profile lies in it
    /// @param port of its door
    public static Thunderbird start(Path home, int port) throws IOException {
        Path profile = Files.createDirectories(home.resolve("profile"));
        StringBuilder user = new StringBuilder();
        user.append("user_pref(\"marionette.port\", ").append(port).append(");\n");
        PREFERENCES.forEach(it -> user.append("user_pref(\"").append(it).append(");\n"));
        Files.writeString(profile.resolve("user.js"), user);
        ProcessBuilder builder =
                new ProcessBuilder(
                        "thunderbird",
                        "--headless",
                        "--marionette",
                        "-remote-allow-system-access",
                        "--profile",
                        profile.toString());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("MOZ_HEADLESS_WIDTH", "1200");
        builder.environment().put("MOZ_HEADLESS_HEIGHT", "800");
        File log = home.resolve("thunderbird.log").toFile();
        Process program = builder.redirectErrorStream(true).redirectOutput(log).start();
        try {
            return new Thunderbird(program, Marionette.connect(port));
        } catch (IOException | RuntimeException e) {
            program.destroyForcibly();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        driver.close();
        program.destroy();
        try {
            if (!program.waitFor(30, TimeUnit.SECONDS)) {
                program.destroyForcibly();
            }
        } catch (InterruptedException e) {
            program.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
