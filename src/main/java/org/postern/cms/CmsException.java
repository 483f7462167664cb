package org.postern.cms;

/// A CMS object that is not one, or breaks a limit. What exactly is wrong is not told on.
public final class CmsException extends Exception {
    private static final long serialVersionUID = 1L;

    CmsException(Throwable cause) {
        super("the CMS object cannot be read", cause);
    }
}
