package org.postern.mail;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What one mail transaction hands over besides the content: RFC 5321 §2.3.1.
///
/// @param reversePath whom failures are reported to; null is the empty path, to which nothing is
///   ever reported (RFC 5321 §4.5.5)
/// @param recipients at least one, in the order of the RCPT commands, each once
/// @param options what the client asked for besides
/// @param findings header fields in which the gateway wrote down what it found out about the
///   message, each with its line end; they stand above it when it goes to the clinic's own server
public record Envelope(
        Arrival arrival,
        @Nullable Address reversePath,
        List<Address> recipients,
        Options options,
        String findings) {
    public Envelope {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("an envelope has at least one recipient");
        }
    }

    /// An envelope of a message about which nothing was found out.
    public Envelope(
            Arrival arrival,
            @Nullable Address reversePath,
            List<Address> recipients,
            Options options) {
        this(arrival, reversePath, recipients, options, "");
    }

    /// An envelope of a client that asked for nothing besides.
    public Envelope(Arrival arrival, @Nullable Address reversePath, List<Address> recipients) {
        this(arrival, reversePath, recipients, Options.NONE);
    }

    /// The same, so that no server behind this one tells whoever sent the message what became of
    /// it: RFC 5321 §4.5.5.
    public Envelope unanswered() {
        Options quiet =
                new Options(
                        options.smtpUtf8(),
                        options.eightBit(),
                        options.requireTls(),
                        Options.Reports.USUAL);
        return new Envelope(arrival, null, recipients, quiet, findings);
    }

    /// The same for further recipients, whom nobody named.
    public Envelope with(List<Address> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<Address> all = Stream.concat(recipients.stream(), more.stream()).toList();
        return new Envelope(arrival, reversePath, all, options, findings);
    }

    /// The same for those of its recipients alone that pass.
    ///
    /// @param named which must pass for one of them at least
    public Envelope only(Predicate<Address> named) {
        List<Address> some = recipients.stream().filter(named).toList();
        return new Envelope(arrival, reversePath, some, options, findings);
    }

    /// The same with what was found out.
    public Envelope withFindings(String fields) {
        return new Envelope(arrival, reversePath, recipients, options, fields);
    }
}
