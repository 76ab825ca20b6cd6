package io.meshtransformer.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of the loopback interface. */
public final class Ports {
    public static final String HOST = "127.0.0.1";

    private static final int CONNECT_MILLISECONDS = 1_000;

    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_767;
    private static final int TRIES = 1_000;

    private Ports() {}

    /** As {@link #free(int)}, one. */
    public static int free() {
        return free(1).getFirst();
    }

    /**
     * So many different ports that are free now; each may still be taken before its user comes. They are drawn from below
     * those that systems give to connections going out (Linux from 32768 on, others from 49152), or one of the suite's own
     * might take what a service is about to listen on.
     *
     * @throws EmbeddedException if so many are not found
     */
    public static List<Integer> free(int count) {
        var ports = ThreadLocalRandom.current()
                .ints(LOWEST, HIGHEST + 1)
                .distinct()
                .limit(TRIES)
                .filter(Ports::isFree)
                .limit(count)
                .boxed()
                .toList();
        if (ports.size() < count) {
            throw new EmbeddedException("of " + TRIES + " ports from " + LOWEST + " to " + HIGHEST + " on " + HOST
                    + " only " + ports.size() + " are free; " + count + " are needed");
        }
        return ports;
    }

    public static boolean isFree(int port) {
        try {
            bind(port);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Whether somebody listens. */
    public static boolean accepts(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(HOST, port), CONNECT_MILLISECONDS);
            return true;
        } catch (IOException _) {
            return false;
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

    private static void bind(int port) throws IOException {
        try (var socket = new ServerSocket()) {
            // As servers do: connections of an earlier owner that still linger don't count as taken.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(HOST, port));
        }
    }
}
