package org.postern.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postern.operate.LogLayout;
import org.slf4j.LoggerFactory;

/// What the thread that opened it logs until it is closed, or all of them, from debugging upwards.
/// Meanwhile nothing of it is shown.
public final class LogBook implements AutoCloseable {
    private final Logger logger;
    private final @Nullable Level level;
    private final boolean additive;
    private final AppenderBase<ILoggingEvent> appender;
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
    private final List<ILoggingEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final LogLayout layout = new LogLayout();

    /// @param owner the name of the thread whose events are kept; null for those of all
    private LogBook(Logger logger, @Nullable String owner) {
        this.logger = logger;
        this.level = logger.getLevel();
        this.additive = logger.isAdditive();
        this.appender =
                new AppenderBase<>() {
                    @Override
                    protected void append(ILoggingEvent event) {
                        if (owner == null || event.getThreadName().equals(owner)) {
                            note(event);
                        }
                    }
                };
        layout.setContext(logger.getLoggerContext());
        layout.start();
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
        return new LogBook(
                (Logger) LoggerFactory.getLogger(logger), Thread.currentThread().getName());
    }

    /// The same for the events of all threads.
    public static LogBook ofAll(String logger) {
        return new LogBook((Logger) LoggerFactory.getLogger(logger), null);
    }

    private void note(ILoggingEvent event) {
        lines.add(event.getFormattedMessage());
        events.add(event);
        if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            errors.add(event.getFormattedMessage());
        }
    }

    /// Each event so far.
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /// The same as the gateway's own log has them, with their line ends.
    public List<String> rendered() {
        return List.copyOf(events).stream().map(layout::doLayout).toList();
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
