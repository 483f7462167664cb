package org.postern.smime;

import java.security.cert.X509Certificate;

/// Somebody a message is encrypted to.
///
/// @param certificate may be used: that is for whoever found it
/// @param capabilities what her program can open
public record Recipient(X509Certificate certificate, Capabilities capabilities) {}
