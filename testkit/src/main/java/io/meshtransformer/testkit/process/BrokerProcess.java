package io.meshtransformer.testkit.process;

import io.meshtransformer.embedded.EmbeddedKafka;
import io.meshtransformer.testkit.Broker;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;

/** A broker in a process of its own, which can be frozen, thawed, killed and started again where it was. */
public final class BrokerProcess implements AutoCloseable {
    private static final String LISTENING = "LISTENING";
    private static final int ANY_PORT = 0;

    private final Path directory;
    private final Path log;
    private final int port;
    private volatile Process process;

    /** @param directory of its records */
    public BrokerProcess(Path directory, Path log) throws IOException {
        this.directory = directory;
        this.log = log;
        this.port = launch(ANY_PORT);
    }

    /** Ends when its input does, so with the process that started it. */
    public static void main(String[] arguments) throws IOException {
        try (var kafka = EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]), Map.of())) {
            System.out.println(LISTENING + kafka.port());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private int launch(int wanted) throws IOException {
        process = new ProcessBuilder(
                        JavaProgram.command(160, BrokerProcess.class, directory.toString(), String.valueOf(wanted)))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        var output = process.inputReader();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(LISTENING)) {
                return Integer.parseInt(line.substring(LISTENING.length()));
            }
        }
        throw new AssertionError("the broker did not start, " + log + " may say why");
    }

    public Broker broker() {
        return new Broker(bootstrapServers());
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Its connections stay, and nothing is answered any more. */
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        var pid = String.valueOf(process.pid());
        int status = new ProcessBuilder("kill", "-" + name, pid).start().waitFor();
        if (status != 0) {
            throw new AssertionError("kill -" + name + " " + pid + " ended with " + status);
        }
    }

    /** As {@code kill -9}; returns when it is gone, and connections to it are refused. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** On the same port, with the same records. */
    public void startAgain() throws IOException {
        int now = launch(port);
        if (now != port) {
            throw new AssertionError("the broker listens on " + now + ", it listened on " + port);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
