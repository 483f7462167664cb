package org.postern.operate;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Pattern;

/// One line an event: time in UTC, level, class, message, and the beginning of a stack trace. What
/// a message holds can neither forge a line nor flood the log: control characters and those that
/// turn the direction of text are replaced, and it is cut.
public final class LogLayout extends LayoutBase<ILoggingEvent> {
    static final int MESSAGE_CHARS_MAX = 1_000;

    private static final String FRAMES_MAX = "12";
    private static final int LEVEL_CHARS = 5;

    private static final Pattern LINE_ENDS = Pattern.compile("[\\r\\n\\t]+");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final ThrowableProxyConverter traces = new ThrowableProxyConverter();

    @Override
    public void start() {
        traces.setOptionList(List.of(FRAMES_MAX));
        traces.setContext(getContext());
        traces.start();
        super.start();
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(Instant.ofEpochMilli(event.getTimeStamp()), line);
        String level = event.getLevel().toString();
        line.append(' ').append(level).repeat(' ', LEVEL_CHARS + 1 - level.length());
        String logger = event.getLoggerName();
        line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
        String message = event.getFormattedMessage();
        append(message, Math.min(message.length(), MESSAGE_CHARS_MAX), line);
        String trace = event.getThrowableProxy() == null ? "" : traces.convert(event);
        LINE_ENDS
                .splitAsStream(trace)
                .filter(part -> !part.isEmpty())
                .forEach(part -> append(part, part.length(), line.append(" | ")));
        return line.append(System.lineSeparator()).toString();
    }

    private static void append(String text, int length, StringBuilder line) {
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            line.append(isTreacherous(c) ? '?' : c);
        }
    }

    private static boolean isTreacherous(char c) {
        return c < 0x20
                || (c >= 0x7F && c < 0xA0)
                || c == '\u061C'
                || c == '\u200E'
                || c == '\u200F'
                || c == '\u2028'
                || c == '\u2029'
                || (c >= '\u202A' && c <= '\u202E')
                || (c >= '\u2066' && c <= '\u2069');
    }
}
