package org.postern.cert;

import java.io.IOException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.keyring.BookLostException;
import org.postern.keyring.OwnLists;
import org.postern.keyring.RevokedBook;

/// `cert book`: whether the book of revoked certificates is whole, and what to do if it was lost.
/// It is put back from the lists that were published last; that nothing was revoked behind them
/// only a person can say.
final class CertBook {
    private final Console console;
    private final OwnKeys own;
    private final Acts acts;
    private final InstantSource clock;

    CertBook(Console console, OwnKeys own, Acts acts, InstantSource clock) {
        this.console = console;
        this.own = own;
        this.acts = acts;
        this.clock = clock;
    }

    int run(Arguments arguments) throws UsageException, IOException {
        if (arguments.words().size() == 1) {
            return show();
        }
        if (!arguments.word(1, "restore").equals("restore")) {
            throw new UsageException("unknown word \"" + arguments.word(1, "restore") + "\"");
        }
        arguments.atMostWords(2);
        return restore(arguments.has("sure"));
    }

    private int show() throws IOException {
        RevokedBook book = own.keyring().revoked();
        int missing = own.lists().unwritten().size();
        try {
            console.line("%s names %d certificates.".formatted(book.file(), book.lines().size()));
        } catch (BookLostException _) {
            console.error(
                    "%s is missing. Put it back from the backup of the keys. If there is none:"
                                    .formatted(book.file())
                            + " ./gateway cert book restore writes what the lists in the data"
                            + " folder say, which are %d certificates.".formatted(missing));
            return Command.FAILED;
        }
        if (missing > 0) {
            console.error(
                    "%d more were published as revoked: an older book was put back."
                                    .formatted(missing)
                            + " ./gateway cert book restore takes them in.");
            return Command.FAILED;
        }
        return Command.OK;
    }

    private int restore(boolean sure) throws IOException {
        RevokedBook book = own.keyring().revoked();
        OwnLists lists = own.lists();
        List<String> silent = silent(lists);
        if (!silent.isEmpty() && !sure) {
            console.error(
                    "No list of the last days tells what was revoked by %s."
                                    .formatted(String.join(" and ", silent))
                            + " If you are sure that nothing was, or have revoked it again:"
                            + " --sure");
            return Command.FAILED;
        }
        Acts.Begun act =
                acts.begin(
                        "book of revoked certificates restored", "from the lists that lie there");
        int added = book.restore(lists.unwritten());
        act.done();
        lists.write();
        console.line(
                "%s is there again, with %d lines from the lists. Whatever was revoked behind them"
                                .formatted(book.file(), added)
                        + " has to be revoked again.");
        return Command.OK;
    }

    /// The authorities of which no list tells that has not ended.
    private List<String> silent(OwnLists lists) throws IOException {
        Instant now = clock.instant();
        List<String> silent = new ArrayList<>();
        List<X509Certificate> authorities = own.keyring().authorities();
        for (X509Certificate authority : authorities) {
            Optional<X509CRL> list = lists.published(authority);
            boolean tells =
                    list.isPresent() && !now.isAfter(list.get().getNextUpdate().toInstant());
            if (!tells && !now.isAfter(authority.getNotAfter().toInstant())) {
                silent.add("the authority of " + authority.getNotBefore().toInstant());
            }
        }
        if (authorities.isEmpty() && lists.isAnyPublished()) {
            silent.add("an authority whose certificate is gone");
        }
        return silent;
    }
}
