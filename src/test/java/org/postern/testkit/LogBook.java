package org.postern.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// What the thread that opened it logs until it is closed, from debugging upwards. Meanwhile
/// nothing of it is shown.
public final class LogBook implements AutoCloseable {
    private final Logger logger;
    private final @Nullable Level level;
    private final boolean additive;
    private final AppenderBase<ILoggingEvent> appender;
    private final List<String> lines = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();

    private LogBook(Logger logger) {
        String owner = Thread.currentThread().getName();
        this.logger = logger;
        this.level = logger.getLevel();
        this.additive = logger.isAdditive();
        this.appender =
                new AppenderBase<>() {
                    @Override
                    protected void append(ILoggingEvent event) {
                        if (event.getThreadName().equals(owner)) {
                            note(event);
                        }
                    }
                };
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
        logger.setAdditive(false);
        logger.setLevel(Level.DEBUG);
    }

    /// Opens it.
    ///
    /// @param logger the name of the loggers' parent
    public static LogBook of(String logger) {
        return new LogBook((Logger) LoggerFactory.getLogger(logger));
    }

    private void note(ILoggingEvent event) {
        lines.add(event.getFormattedMessage());
        if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            errors.add(event.getFormattedMessage());
        }
    }

    /// Each event so far.
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /// Those of them that are errors.
    public List<String> errors() {
        return List.copyOf(errors);
    }

    @Override
    public void close() {
        logger.setLevel(level);
        logger.setAdditive(additive);
        logger.detachAppender(appender);
    }
}
