package org.postern.gathering;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.facts.Phi;
import org.postern.mail.Content;
import org.postern.mime.EncodedWords;
import org.postern.mime.MimeIndex;
import org.postern.mime.MimePart;

/// Looks into a message as far as the policy asks, because each look costs: in one pass over it,
/// whatever is asked.
///
/// @param files whether it asks what is attached
/// @param phi whether it asks what is said
/// @param forms of the clinic's own record numbers, by which what is said is known
public record InsideLook(boolean files, boolean phi, Phi.RecordForms forms, PhiLook look) {
    /// @param content what `index` was made of
    public FactGathering.Inside of(MimeIndex index, Content content) throws IOException {
        if (!phi) {
            return files
                    ? new FactGathering.Inside(Makeups.full(index, content), Phi.UNSEEN)
                    : new FactGathering.Inside(Makeups.label(index, content), Phi.UNSEEN);
        }
        return look.inTurn(forms, looking -> both(looking, index, content));
    }

    /// Out of turn there is no look at what is said; what is attached is known all the same.
    private FactGathering.Inside both(
            PhiLook.@Nullable Looking said, MimeIndex index, Content content) throws IOException {
        if (said == null) {
            return new InsideLook(files, false, forms, look).of(index, content);
        }
        Set<MimePart> signatures = Makeups.signatures(index);
        List<MimePart> leaves = PartWalk.leaves(index, part -> !signatures.contains(part));
        Makeups.Looking made = new Makeups.Looking(index, content);
        said.subject(subject(index));
        PartWalk.over(
                leaves,
                content,
                (part, decoded) -> {
                    InputStream again = said.part(part, decoded);
                    if (files) {
                        made.part(part, again);
                    }
                    again.transferTo(OutputStream.nullOutputStream());
                });
        return new FactGathering.Inside(
                files ? made.makeup() : Makeups.label(index, content), said.phi(index));
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
