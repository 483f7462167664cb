package org.postern.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.postern.cli.Arguments;
import org.postern.cli.Command;
import org.postern.cli.Console;
import org.postern.cli.UsageException;
import org.postern.config.GatewayConfig;
import org.postern.dkim.SigningKey;
import org.postern.dns.Resolver;
import org.postern.mail.Domain;
import org.postern.operate.Configured;
import org.postern.operate.DkimKeys;

/// `dns`: whether others can tell the clinic's mail from a forgery.
public final class DnsCheck implements Command {
    private final Console console;
    private final Function<GatewayConfig, Resolver> resolvers;

    /// @param resolvers asks DNS as the gateway of a configuration does
    public DnsCheck(Console console, Function<GatewayConfig, Resolver> resolvers) {
        this.console = console;
        this.resolvers = resolvers;
    }

    @Override
    public String name() {
        return "dns";
    }

    @Override
    public String summary() {
        return "looks in DNS whether others can tell our mail from forgeries";
    }

    @Override
    public Usage usage() {
        return Usage.of(
                        "[--json]",
                        """
                        For each of our domains: DMARC, SPF, the keys that sign (DKIM) and MTA-STS,
                        as DNS has them now; and whether the links in notices lead to one of our
                        domains. Nothing is changed. Exit code 1 if something is wrong, or could
                        not be looked up; what could be better is shown and counts as good.\
                        """)
                .withSwitch("json", "shows the findings as JSON");
    }

    @Override
    public int run(Arguments arguments) throws UsageException, IOException {
        arguments.atMostWords(0);
        return Configured.run(console, arguments, config -> run(arguments, config));
    }

    private int run(Arguments arguments, GatewayConfig config) throws IOException {
        List<Finding> findings = new ArrayList<>();
        DomainRecords records = new DomainRecords(resolvers.apply(config));
        List<Domain> domains =
                config.site().domains().stream()
                        .map(Domain::name)
                        .sorted()
                        .map(Domain::new)
                        .toList();
        for (Domain domain : domains) {
            findings.addAll(records.of(domain, keys(config, domain)));
        }
        if (config.listeners().pickup() != null) {
            findings.add(links(config.listeners().pickup().url(), domains));
        }
        show(findings, arguments.has("json"));
        return findings.stream().anyMatch(Finding::isWrong) ? FAILED : OK;
    }

    private static List<SigningKey> keys(GatewayConfig config, Domain domain) throws IOException {
        GatewayConfig.Dkim dkim = config.site().dkim();
        return dkim == null || !dkim.domains().contains(domain)
                ? List.of()
                : DkimKeys.of(config.storage(), dkim.selector()).read();
    }

    /// A notice whose link leads elsewhere than its author's domain looks like a forgery, and
    /// teaches patients to trust forgeries.
    private static Finding links(String url, List<Domain> domains) {
        String host = URI.create(url).getHost();
        boolean ours =
                domains.stream()
                        .map(Domain::name)
                        .anyMatch(name -> host.equals(name) || host.endsWith("." + name));
        return ours
                ? Finding.good(host, "links in notices lead to a domain of yours")
                : Finding.bad(
                        host,
                        "links in notices lead to a name that is in none of your domains, so they"
                                + " look like a forgery");
    }

    private void show(List<Finding> findings, boolean json) {
        if (json) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            findings.forEach(finding ->
                    list.addObject()
                            .put("state", word(finding))
                            .put("name", finding.subject())
                            .put("words", finding.words()));
            console.line(JsonNodeFactory.instance.objectNode().set("findings", list).toString());
            return;
        }
        findings.forEach(finding ->
                console.line(
                        "%-8s %s: %s"
                                .formatted(word(finding), finding.subject(), finding.words())));
    }

    private static String word(Finding finding) {
        return finding.state().name().toLowerCase(Locale.ROOT);
    }
}
