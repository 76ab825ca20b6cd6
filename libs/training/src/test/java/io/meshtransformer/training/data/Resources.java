package io.meshtransformer.training.data;

import static java.util.Objects.requireNonNull;

import java.io.IOException;

/** Small files that tests need every time. */
public final class Resources {
    private Resources() {}

    public static byte[] bytes(String name) throws IOException {
        try (var in = Resources.class.getResourceAsStream(name)) {
            return requireNonNull(in, "there is no resource " + name).readAllBytes();
        }
    }
}
