package io.meshtransformer.gptj.random;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.safetensors.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Writes a random model from the command line: the shape of GPT-J-6B, or that of a {@code config.json}. */
public final class RandomModelMain {
    private static final String USAGE = "usage: RandomModelMain (6b | CONFIG.json) DIRECTORY (F32 | F16 | BF16) SEED";

    private RandomModelMain() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 4) {
            System.err.println(USAGE);
            System.exit(2);
        }
        var config = arguments[0].equals("6b") ? GptjConfig.sixBillion() : GptjConfig.read(Path.of(arguments[0]));
        var directory = Path.of(arguments[1]);
        var type = DataType.valueOf(arguments[2]);
        var begin = System.nanoTime();
        RandomModel.write(directory, config, type, Long.parseLong(arguments[3]));
        var seconds = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1e3;
        System.out.printf("%s: %,d weights in %s, %.1f s%n", directory, GptjTensors.parameters(config), type, seconds);
    }
}
