package io.meshtransformer.gateway.completion;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes events as browsers' EventSource and the OpenAI clients read them. */
final class ServerSentEvents {
    private static final byte[] DATA = bytes("data: ");
    private static final byte[] END = bytes("\n\n");
    private static final byte[] DONE = bytes("data: [DONE]\n\n");
    private static final byte[] KEEP_ALIVE = bytes(": still here\n\n");

    private final OutputStream out;

    ServerSentEvents(OutputStream out) {
        this.out = out;
    }

    /** @param json without line breaks */
    void event(StreamPlace id, byte[] json) throws IOException {
        out.write(bytes("id: " + id + "\n"));
        event(json);
    }

    void event(byte[] json) throws IOException {
        out.write(DATA);
        out.write(json);
        out.write(END);
    }

    void done() throws IOException {
        out.write(DONE);
        out.flush();
    }

    /** A comment, which readers skip; it shows the way through to be open. */
    void keepAlive() throws IOException {
        out.write(KEEP_ALIVE);
        out.flush();
    }

    void flush() throws IOException {
        out.flush();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
