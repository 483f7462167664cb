package org.postern.cert;

import java.io.IOException;
import java.nio.file.Files;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.keyring.BookLostException;
import org.postern.keyring.OwnLists;
import org.postern.keyring.RevokedBook;

/// `cert book`: whether the book of revoked certificates is whole, and what to do if it was lost or
/// damaged. It is put back from what can be read of it, with the lists that were published last;
/// that nothing was revoked behind them only a person can say.
final class CertBook {
    private final Console console;
    private final OwnKeys own;
    private final Acts acts;

    CertBook(Console console, OwnKeys own, Acts acts) {
        this.console = console;
        this.own = own;
        this.acts = acts;
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
        try {
            int missing = own.lists().unwritten().size();
            if (!Files.exists(book.file()) && isLost(book)) {
                console.error(
                        "%s is missing. Put it back from the backup of the keys. If there is none:"
                                        .formatted(book.file())
                                + " ./gateway cert book restore writes what the lists in the data"
                                + " folder say, which are %d certificates.".formatted(missing));
                return Command.FAILED;
            }
            console.line("%s names %d certificates.".formatted(book.file(), book.lines().size()));
            if (missing > 0) {
                console.error(
                        "%d more were published as revoked: an older book was put back."
                                        .formatted(missing)
                                + " ./gateway cert book restore takes them in.");
                return Command.FAILED;
            }
            return Command.OK;
        } catch (BookLostException e) {
            console.error(e.getMessage() + ".");
            return Command.FAILED;
        }
    }

    private static boolean isLost(RevokedBook book) throws IOException {
        try {
            book.lines();
            return false;
        } catch (BookLostException _) {
            return true;
        }
    }

    private int restore(boolean sure) throws IOException {
        RevokedBook book = own.keyring().revoked();
        OwnLists lists = own.lists();
        OwnLists.Salvage salvage = lists.salvage();
        List<String> silent = silent(lists, salvage);
        if (!silent.isEmpty() && !sure) {
            console.error(
                    "No list of the last days tells what was revoked by %s."
                                    .formatted(String.join(" and ", silent))
                            + " If you are sure that nothing was of which the book does not tell,"
                            + " or have revoked it again: --sure");
            return Command.FAILED;
        }
        if (salvage.isDoubtful() && !sure) {
            String what =
                    salvage.unreadable()
                            ? "%s cannot be read".formatted(book.file())
                            : "%d lines of %s cannot be read"
                                    .formatted(salvage.damaged(), book.file());
            console.error(
                    what
                            + ", and the lists name %d certificates of which no other line tells."
                                    .formatted(salvage.missing().size())
                            + " Look at what cannot be read: what it tells of has to be revoked"
                            + " again. If you are sure of that: --sure");
            return Command.FAILED;
        }
        Acts.Begun act = acts.begin("book of revoked certificates restored", detail(salvage, sure));
        int added = book.restore(salvage.missing());
        lists.putAside();
        act.done();
        lists.write();
        console.line(
                "%s is there again, with %d lines from the lists. Whatever was revoked behind them"
                                .formatted(book.file(), added)
                        + " has to be revoked again. What could not be read lies beside it.");
        return Command.OK;
    }

    private static String detail(OwnLists.Salvage salvage, boolean sure) {
        return "from the lists that lie there"
                + (salvage.unreadable() ? ", without the book, which cannot be read" : "")
                + (salvage.damaged() == 0
                        ? ""
                        : ", without %d lines that cannot be read".formatted(salvage.damaged()))
                + (sure ? "; said to be sure of the rest" : "");
    }

    private List<String> silent(OwnLists lists, OwnLists.Salvage salvage) throws IOException {
        List<String> silent = new ArrayList<>();
        for (X509Certificate authority : salvage.silent()) {
            silent.add("the authority of " + authority.getNotBefore().toInstant());
        }
        if (own.keyring().authorities().isEmpty() && lists.isAnyPublished()) {
            silent.add("an authority whose certificate is gone");
        }
        return silent;
    }
}
