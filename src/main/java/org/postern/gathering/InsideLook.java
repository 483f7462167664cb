package org.postern.gathering;

import java.io.IOException;
import org.postern.facts.Makeup;
import org.postern.facts.Phi;
import org.postern.mail.Content;
import org.postern.mime.EncodedWords;
import org.postern.mime.MimeIndex;

/// Looks into a message as far as the policy asks, because each look costs.
///
/// @param files whether it asks what is attached
/// @param phi whether it asks what is said
public record InsideLook(boolean files, boolean phi, PhiLook look) {
    /// @param content what `index` was made of
    public FactGathering.Inside of(MimeIndex index, Content content) throws IOException {
        Makeup makeup = files ? Makeups.full(index, content) : Makeups.label(index, content);
        return new FactGathering.Inside(
                makeup, phi ? look.of(subject(index), index, content) : Phi.UNSEEN);
    }

    /// All of them, if there are several: each may be the one that is shown.
    private static String subject(MimeIndex index) {
        StringBuilder subject = new StringBuilder();
        index.header()
                .all("Subject")
                .forEach(it -> subject.append(EncodedWords.decode(it.body())).append('\n'));
        return subject.toString();
    }
}
