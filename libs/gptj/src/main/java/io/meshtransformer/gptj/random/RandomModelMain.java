package io.meshtransformer.gptj.random;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.DataType;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;

/** Writes a random model from the command line: the shape of GPT-J-6B, or that of a {@code config.json}. */
public final class RandomModelMain {
    private static final String USAGE = "usage: RandomModelMain (6b | CONFIG.json) DIRECTORY (F32 | F16 | BF16) SEED";

    private RandomModelMain() {}

    public static void main(String[] arguments) {
        if (arguments.length != 4) {
            System.err.println(USAGE);
            System.exit(2);
        }
        try {
            var config = arguments[0].equals("6b") ? GptjConfig.sixBillion() : GptjConfig.read(Path.of(arguments[0]));
            write(Path.of(arguments[1]), config, DataType.valueOf(arguments[2]), Long.parseLong(arguments[3]));
        } catch (FileAlreadyExistsException e) {
            System.err.println(e.getMessage() + " is there already; choose another directory");
            System.exit(1);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + System.lineSeparator() + USAGE);
            System.exit(2);
        }
    }

    private static void write(Path directory, GptjConfig config, DataType type, long seed) throws IOException {
        var begin = System.nanoTime();
        RandomModel.write(directory, config, type, seed);
        var seconds = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1e3;
        System.out.printf("%s: %,d weights in %s, %.1f s%n", directory, GptjTensors.parameters(config), type, seconds);
    }
}
