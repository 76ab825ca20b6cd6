package io.meshtransformer.local.convert;

import io.meshtransformer.gptj.safetensors.DataType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SequencedMap;

/**
 * What was converted.
 *
 * @param source what it was, in words
 * @param bytes of all files that were written
 * @param hashes SHA-256 of each tensor by its name, over its values as fp32
 * @param remarks what a careful reader should know, a sentence each
 */
record Report(
        String source,
        Path target,
        Layout layout,
        int shards,
        DataType type,
        long step,
        long bytes,
        Duration time,
        SequencedMap<String, String> hashes,
        List<String> remarks) {}
