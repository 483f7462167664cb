package org.postern.handout;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import org.postern.language.Language;
import org.postern.language.Languages;
import org.postern.mail.Address;

/// What the page asks of the rest: the wishes of patients, with nobody who answers them.
public final class KeyWishes {
    private KeyWishes() {}

    public static Asking in(Path home, KeysOutside.Wishes wishes, KeysOutside.World world)
            throws IOException {
        return new KeysOutside(
                        ClinicBooks.in(home, world.clock()).books(),
                        new Handout.Clinic(
                                "Maple Clinic",
                                Address.of("it@clinic.example"),
                                ZoneOffset.UTC,
                                new Handout.Voice(
                                        _ -> Languages.shipped().in(Language.ENGLISH), _ -> true)),
                        new Handout.Outlets((_, _) -> {}, (_, _) -> {}, () -> {}),
                        wishes,
                        world)
                .asking();
    }
}
