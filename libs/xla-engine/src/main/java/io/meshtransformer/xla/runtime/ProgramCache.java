package io.meshtransformer.xla.runtime;

import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.files.Sha256;
import io.meshtransformer.pjrt.CompileOptions;
import io.meshtransformer.pjrt.LoadedExecutable;
import io.meshtransformer.pjrt.PjrtException.XlaError;
import io.meshtransformer.pjrt.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compiled programs in a directory, so that a restart doesn't compile again. An entry's name is a hash of all that it
 * depends on: program, options, plugin, platform and devices. It holds its own hash, and one that is not whole, or that
 * the platform does not take, is thrown away and compiled anew. Several processes may share a directory.
 */
public final class ProgramCache {
    private static final Logger LOG = System.getLogger(ProgramCache.class.getName());
    private static final int HASH_BYTES = 32;
    private static final String SUFFIX = ".xla";

    private final Path directory;
    private int compiled;
    private int loaded;

    /** @param directory made where it is missing */
    public ProgramCache(Path directory) {
        this.directory = directory;
    }

    /** Compilations so far. */
    public int compiled() {
        return compiled;
    }

    /** Programs so far that were compiled before. */
    public int loaded() {
        return loaded;
    }

    /**
     * The program on its devices.
     *
     * @param text the program in MLIR's text form
     * @throws XlaError if it does not compile
     * @throws UncheckedIOException if the directory cannot be read or written
     */
    public LoadedExecutable load(Devices devices, String text, CompileOptions options) {
        try {
            Files.createDirectories(directory);
            var file = directory.resolve(key(devices, text, options) + SUFFIX);
            var found = read(file).flatMap(bytes -> loadOrDiscard(devices, file, bytes));
            if (found.isPresent()) {
                loaded++;
                return found.get();
            }
            var executable = devices.client().compile(Program.mlir(text), options);
            compiled++;
            write(file, executable.executable().serialize());
            return executable;
        } catch (IOException e) {
            throw new UncheckedIOException("the program cache " + directory + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static Optional<LoadedExecutable> loadOrDiscard(Devices devices, Path file, byte[] bytes) {
        try {
            return Optional.of(devices.client().load(bytes));
        } catch (XlaError refused) {
            discard(file, refused.getMessage());
            return Optional.empty();
        }
    }

    private static String key(Devices devices, String text, CompileOptions options) throws IOException {
        var hash = new Sha256();
        add(hash, text);
        add(hash, options.toString());
        add(hash, devices.plugin().apiVersion());
        add(hash, Long.toString(Files.size(devices.plugin().path())));
        add(hash, new TreeMap<>(devices.plugin().attributes()).toString());
        add(hash, devices.client().platformName());
        add(hash, devices.client().platformVersion());
        for (var device : devices.devices()) {
            add(hash, device.description().kind());
        }
        if (devices.isCpu()) {
            add(hash, Processor.description());
        }
        return hash.hex();
    }

    /** Each text set off from the next. */
    private static void add(Sha256 hash, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        hash.add(ByteBuffer.wrap((bytes.length + ":").getBytes(StandardCharsets.US_ASCII)));
        hash.add(ByteBuffer.wrap(bytes));
    }

    private static byte[] hash(byte[] content) {
        return HexFormat.of().parseHex(Sha256.of(content));
    }

    private static Optional<byte[]> read(Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
        if (bytes.length > HASH_BYTES) {
            var content = Arrays.copyOfRange(bytes, HASH_BYTES, bytes.length);
            if (Arrays.equals(hash(content), Arrays.copyOf(bytes, HASH_BYTES))) {
                return Optional.of(content);
            }
        }
        discard(file, "its " + bytes.length + " bytes are not those that were written");
        return Optional.empty();
    }

    private static void discard(Path file, String why) {
        LOG.log(Level.WARNING, "the compiled program {0} is thrown away and compiled anew: {1}", file, why);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        DurableFiles.replace(
                file,
                ByteBuffer.allocate(HASH_BYTES + content.length)
                        .put(hash(content))
                        .put(content)
                        .array());
    }
}
