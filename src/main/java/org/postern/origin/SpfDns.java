package org.postern.origin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.james.jspf.core.DNSRequest;
import org.apache.james.jspf.core.DNSService;
import org.apache.james.jspf.core.exceptions.TimeoutException;
import org.jspecify.annotations.Nullable;

/// DNS as jSPF asks for it, with the limits of RFC 7208 that jSPF does not know. For one
/// evaluation.
final class SpfDns implements DNSService {
    /// RFC 7208 §4.6.4: look-ups that find nothing.
    static final int VOID_LOOK_UPS_MAX = 2;

    /// §4.6.4: names of one MX or PTR look-up.
    static final int NAMES_MAX = 10;

    /// §3.4 recommends 450; a record that is much longer is made to hurt its readers.
    static final int RECORD_OCTETS_MAX = 2 * 1_024;

    private static final String VERSION = "v=spf1";

    private final OriginDns dns;
    private boolean begun;
    private int voids;
    private boolean limitBroken;

    SpfDns(OriginDns dns) {
        this.dns = dns;
    }

    /// Whether what the domain publishes breaks a limit, so that the result is a permanent error.
    boolean isLimitBroken() {
        return limitBroken;
    }

    @Override
    public List<String> getRecords(DNSRequest request) throws TimeoutException {
        OriginDns.@Nullable Kind kind =
                switch (request.getRecordType()) {
                    case DNSRequest.A -> OriginDns.Kind.A;
                    case DNSRequest.AAAA -> OriginDns.Kind.AAAA;
                    case DNSRequest.MX -> OriginDns.Kind.MX;
                    case DNSRequest.PTR -> OriginDns.Kind.PTR;
                    case DNSRequest.TXT -> OriginDns.Kind.TXT;
                    // §3.1: the type SPF is no longer asked for.
                    default -> null;
                };
        if (kind == null) {
            return new ArrayList<>();
        }
        List<String> found = look(request.getHostname(), kind);
        List<String> kept =
                switch (kind) {
                    case TXT -> policies(found);
                    case MX -> {
                        demand(found.size() <= NAMES_MAX);
                        yield found;
                    }
                    case PTR -> found.stream().limit(NAMES_MAX).toList();
                    case A, AAAA -> found;
                };
        // jSPF takes elements out of it.
        return new ArrayList<>(kept);
    }

    private List<String> look(String name, OriginDns.Kind kind) throws TimeoutException {
        demand(!limitBroken);
        List<String> found;
        try {
            found = dns.look(name, kind);
        } catch (IOException e) {
            throw new TimeoutException("not to be found out now");
        }
        // The very first look-up is for the policy itself, and is no term of it.
        if (found.isEmpty() && begun) {
            demand(++voids <= VOID_LOOK_UPS_MAX);
        }
        begun = true;
        return found;
    }

    /// Other texts of the domain are none of jSPF's business.
    private List<String> policies(List<String> texts) throws TimeoutException {
        List<String> policies =
                texts.stream()
                        .filter(text -> text.toLowerCase(Locale.ROOT).startsWith(VERSION))
                        .toList();
        demand(policies.stream().allMatch(text -> text.length() <= RECORD_OCTETS_MAX));
        return policies;
    }

    /// jSPF takes no other refusal here than a time-out; the true one is noted.
    private void demand(boolean kept) throws TimeoutException {
        if (!kept) {
            limitBroken = true;
            throw new TimeoutException("a limit of RFC 7208 is broken");
        }
    }

    @Override
    public CompletionStage<List<String>> getRecordsAsync(DNSRequest request) {
        try {
            return CompletableFuture.completedStage(getRecords(request));
        } catch (TimeoutException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /// Only for `%{r}`, in explanations, which are not used.
    @Override
    public List<String> getLocalDomainNames() {
        return List.of("unknown");
    }

    /// The deadline is that of the look-ups.
    @Override
    public void setTimeOut(int timeOut) {}

    @Override
    public int getRecordLimit() {
        return NAMES_MAX;
    }

    @Override
    public void setRecordLimit(int recordLimit) {}
}
