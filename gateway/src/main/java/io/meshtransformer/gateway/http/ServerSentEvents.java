package io.meshtransformer.gateway.http;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes events as browsers' EventSource and the OpenAI clients read them. */
public final class ServerSentEvents {
    /** Sent by whoever goes on with a stream: the id of the last event it saw. */
    public static final String LAST_EVENT_ID = "Last-Event-ID";

    private static final byte[] DATA = bytes("data: ");
    private static final byte[] END = bytes("\n\n");
    private static final byte[] DONE = bytes("data: [DONE]\n\n");
    private static final byte[] KEEP_ALIVE = bytes(": still here\n\n");

    private final OutputStream out;

    public ServerSentEvents(OutputStream out) {
        this.out = out;
    }

    /** An answer of events, which no proxy may keep or collect before it passes them on. */
    public static Response response(StreamingOutput events) {
        return Response.ok(events, MediaType.SERVER_SENT_EVENTS)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    /** @param json without line breaks */
    public void event(Object id, byte[] json) throws IOException {
        out.write(bytes("id: " + id + "\n"));
        event(json);
    }

    public void event(byte[] json) throws IOException {
        out.write(DATA);
        out.write(json);
        out.write(END);
    }

    /** Names the event that is written next. */
    public void name(String name) throws IOException {
        out.write(bytes("event: " + name + "\n"));
    }

    public void done() throws IOException {
        out.write(DONE);
        out.flush();
    }

    /** A comment, which readers skip; it shows the way through to be open. */
    public void keepAlive() throws IOException {
        out.write(KEEP_ALIVE);
        out.flush();
    }

    public void flush() throws IOException {
        out.flush();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
