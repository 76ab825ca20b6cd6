package io.meshtransformer.xla;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Device;
import io.meshtransformer.xla.program.CacheShape;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.program.GptjPrograms;
import io.meshtransformer.xla.runtime.BoundProgram;
import io.meshtransformer.xla.runtime.Devices;
import io.meshtransformer.xla.runtime.ProgramCache;
import io.meshtransformer.xla.runtime.WeightLoader;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes an engine: devices, weights, programs, and a first run of each. */
final class EngineLoader {
    private static final Logger LOG = System.getLogger(EngineLoader.class.getName());

    /** Slots of a replica on a platform that does not say how much memory it has. */
    private static final int SLOTS = 16;

    /** Of the memory that weights leave free, what the KV cache may take; programs need the rest. */
    private static final double CACHE_SHARE = 0.8;

    private final Checkpoint checkpoint;
    private final GptjConfig config;
    private final XlaEngineOptions options;
    private final LoadProgress progress;

    EngineLoader(Checkpoint checkpoint, XlaEngineOptions options, LoadProgress progress) {
        this.checkpoint = checkpoint;
        this.config = checkpoint.config();
        this.options = options;
        this.progress = progress;
    }

    XlaEngine load() throws IOException {
        options.mesh().requireFits(config);
        var plugin = Devices.plugin(options.plugin());
        var devices = Devices.open(plugin, options.mesh().devices());
        try {
            return load(devices);
        } catch (IOException | RuntimeException failed) {
            devices.close();
            throw failed;
        }
    }

    private XlaEngine load(Devices devices) throws IOException {
        var perReplica = new DeviceMesh(1, options.mesh().mp());
        var programs = new GptjPrograms(config, perReplica, options.compute());
        var weights = new WeightLoader(devices, checkpoint, progress).load(programs.weights(), perReplica.mesh());
        var shape = CacheShape.of(config, slots(devices));
        var cache = new ProgramCache(options.programCache());
        var replicas = new ArrayList<Replica>();
        for (var first = 0; first < devices.devices().size(); first += perReplica.mp()) {
            var chosen = devices.devices().subList(first, first + perReplica.mp());
            replicas.add(replica(programs, shape, devices, chosen, of(chosen, weights), cache));
        }
        var parts = config.vocabularySize() % perReplica.mp() == 0 ? perReplica.mp() : 1;
        var engine = new XlaEngine(config, devices, replicas, options, parts);
        replicas.forEach(Replica::warmUp);
        LOG.log(
                Level.INFO,
                "{0}: {1} programs compiled, {2} taken from {3}",
                devices,
                cache.compiled(),
                cache.loaded(),
                options.programCache());
        return engine;
    }

    private Replica replica(
            GptjPrograms programs,
            CacheShape shape,
            Devices devices,
            List<Device> chosen,
            Map<String, List<Buffer>> weights,
            ProgramCache cache) {
        var window = Math.min(options.window(), shape.block());
        return new Replica(
                programs,
                shape,
                window,
                options.mesh().dp() > 1,
                program -> BoundProgram.bind(program, devices, chosen, weights, Optional.of(cache)));
    }

    /** The weights that lie on some devices, {@code [chosen device]}. */
    private static Map<String, List<Buffer>> of(List<Device> chosen, Map<String, List<Buffer>> weights) {
        var own = new HashMap<String, List<Buffer>>();
        weights.forEach((name, parts) -> own.put(
                name,
                parts.stream().filter(part -> chosen.contains(part.device())).toList()));
        return own;
    }

    /** Slots of one replica. */
    private int slots(Devices devices) {
        var replicas = options.mesh().dp();
        if (options.slots().isPresent()) {
            var slots = options.slots().getAsInt();
            if (slots % replicas != 0) {
                throw new IllegalArgumentException("slots is " + slots + ", dp must divide it, which is " + replicas);
            }
            return slots / replicas;
        }
        var memory = devices.devices().getFirst().memoryStatistics();
        if (memory.isEmpty() || memory.get().bytesLimit().isEmpty()) {
            return SLOTS;
        }
        var left = memory.get().bytesLimit().getAsLong() - memory.get().bytesInUse();
        var one = 2
                * CacheShape.of(config, 1).type(config, options.compute()).bytes()
                / options.mesh().mp();
        return Math.clamp((long) (CACHE_SHARE * left) / one, 1, XlaEngineOptions.MOST_SLOTS);
    }
}
