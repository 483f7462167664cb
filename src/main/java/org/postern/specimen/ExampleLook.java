package org.postern.specimen;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postern.config.PolicyTests;
import org.postern.config.PolicyTests.Looked;
import org.postern.config.PolicyTests.Told;
import org.postern.facts.Facts;
import org.postern.facts.Phi;
import org.postern.gathering.InsideLook;
import org.postern.gathering.PhiLook;
import org.postern.mail.Address;
import org.postern.mail.Content;
import org.postern.mail.Domain;
import org.postern.mail.Envelope;
import org.postern.mail.Reply;
import org.postern.mime.HeaderSection;
import org.postern.mime.MimeException;
import org.postern.mime.MimeIndex;
import org.postern.transit.Inspection;
import org.postern.transit.Inspection.Inspected;

/// Looks at the message of a policy test by the inspection that looks at mail: what it refuses and
/// what it holds before any rule is so here as well.
public final class ExampleLook implements PolicyTests.Look {
    /// Of a folder whose `gateway.yaml` cannot be read.
    private static final Domain NAMELESS = new Domain("gateway.invalid");

    private final Set<Domain> internal;
    private final Domain hostname;
    private final Phi.RecordForms forms;

    /// @param internal the clinic's own domains
    /// @param hostname the gateway's own, by which it knows where a message has been
    /// @param forms of the clinic's own record numbers
    public ExampleLook(Set<Domain> internal, Domain hostname, Phi.RecordForms forms) {
        this.forms = forms;
        this.internal = Set.copyOf(internal);
        this.hostname = hostname;
    }

    /// Where it is not known whose gateway it is.
    public static ExampleLook ofNobody() {
        return new ExampleLook(Set.of(), NAMELESS, Phi.RecordForms.NONE);
    }

    @Override
    public Looked at(byte[] message, Told told) {
        Content content = Content.of(message);
        try {
            Optional<Envelope> envelope = envelope(MimeIndex.of(content).header(), told);
            return envelope.isEmpty()
                    ? new Looked.Not("the message names nobody in From, or nobody in To and Cc")
                    : looked(inspection(told).inspect(envelope.get(), content), told);
        } catch (MimeException e) {
            return new Looked.Not("a gateway refuses this message: " + e.reason());
        } catch (IOException e) {
            return new Looked.Not("the message cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private Inspection inspection(Told told) {
        InsideLook all = new InsideLook(true, true, forms, new PhiLook(1, told.at()::getYear));
        Inspection.Wants wants = new Inspection.Wants(() -> all, told::at);
        return new Inspection(internal, hostname, Optional.empty(), wants);
    }

    private static Looked looked(Inspected inspected, Told told) {
        return switch (inspected) {
            case Inspection.Unacceptable(Reply reply) ->
                    new Looked.Not("a gateway refuses this message: " + reply.text());
            case Inspection.Acceptable found -> {
                Facts facts = told.origin().map(found.facts()::from).orElse(found.facts());
                yield new Looked.Seen(facts, found.doubt());
            }
        };
    }

    /// Whoever is the author has logged in, whatever address the envelope names.
    private static Optional<Envelope> envelope(HeaderSection header, Told told) {
        List<Address> authors = Addressed.authors(header);
        Optional<Address> from = told.from().or(() -> authors.stream().findFirst());
        List<Address> to = told.to().isEmpty() ? Addressed.recipients(header) : told.to();
        if (from.isEmpty() || to.isEmpty()) {
            return Optional.empty();
        }
        Address author = authors.isEmpty() ? from.get() : authors.getFirst();
        return Optional.of(Addressed.envelope(told.listener(), from.get(), author, to));
    }
}
