package io.meshtransformer.local.suite;

import io.meshtransformer.embedded.Ports;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;

/** Asks a service whether it is ready: GET /q/health/ready. */
public final class Readiness {
    private static final int CONNECT_MILLISECONDS = 500;
    private static final int READ_MILLISECONDS = 2_000;

    private Readiness() {}

    public static boolean of(int port) {
        try {
            var connection = (HttpURLConnection) url(port).openConnection();
            connection.setConnectTimeout(CONNECT_MILLISECONDS);
            connection.setReadTimeout(READ_MILLISECONDS);
            try {
                return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException _) {
            // Nobody listens yet, or nobody answers: not ready is the answer.
            return false;
        }
    }

    private static URL url(int port) throws IOException {
        return URI.create("http://" + Ports.HOST + ":" + port + "/q/health/ready")
                .toURL();
    }
}
