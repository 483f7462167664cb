package org.postern.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.locks.LockSupport;

/// Drives a Mozilla program by its Marionette door: JSON messages, each behind its length and a
/// colon, over TCP on this machine. Scripts run with the rights of the program itself.
public final class Marionette implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration SCRIPT_MAX = Duration.ofMinutes(2);
    private static final int ANSWER_OCTETS_MAX = 64 << 20;

    private final Socket socket;
    private final InputStream in;
    private int last;

    private Marionette(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        socket.setSoTimeout((int) SCRIPT_MAX.plusSeconds(30).toMillis());
    }

    /// Waits until the program has opened its door, and begins a session.
    public static Marionette connect(int port) throws IOException {
        long end = System.nanoTime() + START_MAX.toNanos();
        while (true) {
            try {
                Marionette driver =
                        new Marionette(new Socket(InetAddress.getLoopbackAddress(), port));
                driver.read();
                driver.command("WebDriver:NewSession", JSON.createObjectNode());
                driver.command(
                        "Marionette:SetContext", JSON.createObjectNode().put("value", "chrome"));
                return driver;
            } catch (ConnectException | EOFException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
        }
    }

    /// Runs the body of an async function and waits for what it returns.
    ///
    /// @param args they are `args` in the script
    public JsonNode run(String body, Object... args) throws IOException {
        String script =
                "const done = arguments[arguments.length - 1];"
                        + "const args = Array.from(arguments).slice(0, -1);"
                        + "(async () => {"
                        + body
                        + "})().then(value => done({ value: value === undefined ? null : value }),"
                        + " e => done({ error: String(e) + ' ' + (e && e.stack) }));";
        ObjectNode asked = JSON.createObjectNode();
        asked.put("script", script);
        asked.set("args", JSON.valueToTree(args));
        asked.put("newSandbox", true);
        asked.put("sandbox", "system");
        asked.put("scriptTimeout", SCRIPT_MAX.toMillis());
        JsonNode result = command("WebDriver:ExecuteAsyncScript", asked).path("value");
        if (result.has("error")) {
            throw new IOException("the script failed: " + result.path("error").asText());
        }
        return result.path("value");
    }

    /// What its window shows, as PNG.
    public byte[] screenshot() throws IOException {
        ObjectNode asked = JSON.createObjectNode().put("full", true).put("hash", false);
        String picture = command("WebDriver:TakeScreenshot", asked).path("value").asText();
        return Base64.getDecoder().decode(picture);
    }

    private JsonNode command(String name, ObjectNode parameters) throws IOException {
        last++;
        byte[] message =
                JSON.writeValueAsBytes(
                        JSON.createArrayNode().add(0).add(last).add(name).add(parameters));
        socket.getOutputStream().write((message.length + ":").getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(message);
        socket.getOutputStream().flush();
        JsonNode answer = read();
        if (!answer.path(2).isNull()) {
            throw new IOException(name + ": " + answer.path(2));
        }
        return answer.path(3);
    }

    private JsonNode read() throws IOException {
        int length = 0;
        int octet;
        while ((octet = in.read()) != ':') {
            if (octet < '0' || octet > '9' || length > ANSWER_OCTETS_MAX) {
                throw new EOFException("this is no answer of Marionette");
            }
            length = length * 10 + octet - '0';
        }
        return JSON.readTree(in.readNBytes(length));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
