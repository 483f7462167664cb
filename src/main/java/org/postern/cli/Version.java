package org.postern.cli;

import java.util.Optional;

/// `version`: says which Postern this is, and on which Java it runs.
public final class Version implements Command {
    private final Console console;

    public Version(Console console) {
        this.console = console;
    }

    @Override
    public String name() {
        return "version";
    }

    @Override
    public String summary() {
        return "says which Postern this is";
    }

    @Override
    public Usage usage() {
        return Usage.of("", "Prints the version of Postern and of the Java that runs it.");
    }

    @Override
    public int run(Arguments arguments) throws UsageException {
        arguments.atMostWords(0);
        console.line("Postern " + ofThisBuild() + ", Java " + Runtime.version());
        return OK;
    }

    /// Known only to a packed jar; from a build folder it is a development version.
    public static String ofThisBuild() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
