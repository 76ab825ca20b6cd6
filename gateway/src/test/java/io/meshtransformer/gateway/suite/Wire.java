package io.meshtransformer.gateway.suite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to the gateway that can be cut: all its connections end, and new ones end at once until it is mended. */
public final class Wire implements AutoCloseable {
    private final URI gateway;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    public Wire(URI gateway) {
        this.gateway = gateway;
        try {
            this.listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** The gateway's address at this end. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    public void cut() {
        cut = true;
        open.forEach(Wire::end);
    }

    public void mend() {
        cut = false;
    }

    private void accept() {
        try {
            while (true) {
                connect(listener.accept());
            }
        } catch (IOException _) {
            // The wire is closed.
        }
    }

    private void connect(Socket near) throws IOException {
        if (cut) {
            near.close();
            return;
        }
        var far = new Socket(gateway.getHost(), gateway.getPort());
        open.add(near);
        open.add(far);
        Thread.ofVirtual().start(() -> carry(near, far));
        Thread.ofVirtual().start(() -> carry(far, near));
    }

    private void carry(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // One end is gone, so the other goes.
        } finally {
            end(from);
            end(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        cut();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
