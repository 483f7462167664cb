package org.postern.testkit;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;

/// Chromium's own authenticator without hardware, which always finds its user there (the WebAuthn
/// domain of its debugging protocol).
public final class VirtualKey {
    private final CDPSession session;
    private final JsonObject id;

    private VirtualKey(CDPSession session, JsonObject id) {
        this.session = session;
        this.id = id;
    }

    /// Puts one into a page's browser.
    public static VirtualKey in(Page page) {
        CDPSession session = page.context().newCDPSession(page);
        session.send("WebAuthn.enable");
        JsonObject options = new JsonObject();
        options.addProperty("protocol", "ctap2");
        options.addProperty("transport", "internal");
        options.addProperty("hasResidentKey", true);
        options.addProperty("hasUserVerification", true);
        options.addProperty("isUserVerified", true);
        options.addProperty("automaticPresenceSimulation", true);
        JsonObject wrapped = new JsonObject();
        wrapped.add("options", options);
        return new VirtualKey(session, session.send("WebAuthn.addVirtualAuthenticator", wrapped));
    }

    /// The keys in it.
    public JsonArray credentials() {
        return session.send("WebAuthn.getCredentials", id).getAsJsonArray("credentials");
    }
}
