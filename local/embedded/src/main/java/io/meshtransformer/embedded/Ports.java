package io.meshtransformer.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** TCP ports of the loopback interface. */
final class Ports {
    static final String HOST = "127.0.0.1";

    private Ports() {}

    /** Free at this moment; somebody else may still take it before its user does. */
    static int free() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedException("no free port on " + HOST + ": " + e, e);
        }
    }

    /** @throws EmbeddedException if the port is no port, or taken */
    static void requireFree(int port, String what) {
        if (port < 1 || port > 65_535) {
            throw new EmbeddedException(what + " cannot listen on port " + port + ": it must be from 1 to 65535");
        }
        try {
            bind(port);
        } catch (IOException e) {
            throw new EmbeddedException(what + " cannot listen on " + HOST + ":" + port + ": the port is taken", e);
        }
    }

    static boolean isFree(int port) {
        try {
            bind(port);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static void bind(int port) throws IOException {
        try (var socket = new ServerSocket()) {
            // As servers do: connections of an earlier owner that still linger don't count as taken.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(HOST, port));
        }
    }
}
