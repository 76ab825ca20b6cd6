package io.meshtransformer.local.process;

import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** TCP ports of the loopback interface. */
public final class Ports {
    public static final String HOST = "127.0.0.1";

    private static final int CONNECT_MILLISECONDS = 1_000;

    private Ports() {}

    /** So many different ports that are free now; each may still be taken before its user comes. */
    public static List<Integer> free(int count) {
        var sockets = new ArrayList<ServerSocket>();
        try {
            // All are held at once, so that none is given twice.
            for (var i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getByName(HOST)));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new LauncherException("no free port on " + HOST + ": " + e.getMessage(), e);
        } finally {
            sockets.forEach(Ports::close);
        }
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

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
