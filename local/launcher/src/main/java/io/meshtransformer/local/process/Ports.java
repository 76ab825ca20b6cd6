package io.meshtransformer.local.process;

import io.meshtransformer.local.LauncherException;
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

    /**
     * So many different ports that are free now; each may still be taken before its user comes. They are drawn from below
     * those that systems give to connections going out (Linux from 32768 on, others from 49152), or one of the suite's own
     * might take what a service is about to listen on.
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
            throw new LauncherException("of " + TRIES + " ports from " + LOWEST + " to " + HIGHEST + " on " + HOST
                    + " only " + ports.size() + " are free; " + count + " are needed");
        }
        return ports;
    }

    public static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            // As servers do: connections of an earlier owner that still linger don't count as taken.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(HOST, port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** @throws LauncherException if the port is taken; names the port and, where the system tells, its owner */
    public static void requireFree(int port) {
        if (!isFree(port)) {
            var owner = PortOwner.of(port).map(PortOwner::toString).orElse("another process");
            throw new LauncherException(
                    "port %d is taken by %s: stop it, or choose another port with --port".formatted(port, owner));
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
}
