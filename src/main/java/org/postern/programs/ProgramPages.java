package org.postern.programs;

import org.postern.config.GatewayConfig;
import org.postern.http.Router;
import org.postern.http.WebResponse;

/// Serves mail programs what they need to set themselves up, on the site of the patients' pages. It
/// is the same for everybody, and so tells nobody which addresses exist.
public final class ProgramPages {
    private static final String XML = "application/xml; charset=utf-8";
    private static final String PROFILE = "application/x-apple-aspen-config";

    private final Accounts accounts;
    private final String autoconfig;
    private final String profile;

    private ProgramPages(Accounts accounts) {
        this.accounts = accounts;
        this.autoconfig = Autoconfig.of(accounts);
        this.profile = AppleProfile.of(accounts);
    }

    /// Adds the addresses that mail programs ask; none while nobody can read mail here.
    public static void add(GatewayConfig config, Router router) {
        Accounts.of(config).map(ProgramPages::new).ifPresent(it -> it.add(router));
    }

    private void add(Router router) {
        for (String path :
                new String[] {
                    "/.well-known/autoconfig/mail/config-v1.1.xml", "/mail/config-v1.1.xml"
                }) {
            router.get(path, _ -> WebResponse.text(200, XML, autoconfig));
        }
        // Outlook writes it in both ways.
        for (String path :
                new String[] {"/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.xml"}) {
            router.post(
                    path,
                    question ->
                            WebResponse.text(
                                    200,
                                    XML,
                                    Autodiscover.of(accounts, AskedAddress.in(question.body()))));
        }
        router.get(
                "/clinician.mobileconfig",
                _ ->
                        WebResponse.text(200, PROFILE, profile)
                                .with(
                                        "Content-Disposition",
                                        "attachment; filename=\"clinician.mobileconfig\""));
    }
}
