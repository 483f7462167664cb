package org.postern.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// What is logged as an error, a fault of ours above all: for tests in which there must be none.
public final class Faults {
    private final List<String> messages = new CopyOnWriteArrayList<>();

    private Faults() {}

    /// Listens from now on, for the life of the process.
    ///
    /// @param logger the name of the loggers' parent
    public static Faults in(String logger) {
        Faults faults = new Faults();
        AppenderBase<ILoggingEvent> appender =
                new AppenderBase<>() {
                    @Override
                    protected void append(ILoggingEvent event) {
                        if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
                            faults.messages.add(event.getFormattedMessage());
                        }
                    }
                };
        Logger parent = (Logger) LoggerFactory.getLogger(logger);
        appender.setContext(parent.getLoggerContext());
        appender.start();
        parent.addAppender(appender);
        return faults;
    }

    public void forget() {
        messages.clear();
    }

    public List<String> messages() {
        return List.copyOf(messages);
    }
}
