package io.meshtransformer.inference;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.EngineCapacityException;
import io.meshtransformer.gptj.engine.EngineLimits;
import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.gptj.engine.Logits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * An engine without a model: a row's logits are a hash of the sequence's ids, so they depend on nothing else. It holds to
 * every limit of the contract to the letter and counts KV blocks as a paged cache does, a shared block being copied when
 * one of its sequences writes to it.
 */
public final class ScriptedEngine implements InferenceEngine {

    private final GptjConfig config;
    private final EngineLimits limits;
    private final Sequence[] slots;
    private final List<List<Chunk>> steps = new ArrayList<>();
    private int usedBlocks;
    private Throwable failure;
    private int failures;

    public ScriptedEngine(int vocabularySize, EngineLimits limits) {
        config = new GptjConfig(vocabularySize, limits.contextLength(), 8, 1, 1, 2, 32, 1e-5f, 0, 0);
        this.limits = limits;
        slots = new Sequence[limits.slots()];
    }

    /** The next steps end in an exception or error. */
    public void failNextSteps(int count, Throwable with) {
        failures = count;
        failure = with;
    }

    public List<List<Chunk>> steps() {
        return steps;
    }

    public int openSlots() {
        var open = 0;
        for (var slot : slots) {
            open += slot == null ? 0 : 1;
        }
        return open;
    }

    /** The logits after a sequence of ids. */
    public float[] logitsAfter(int... ids) {
        var row = new float[config.vocabularySize()];
        var hash = 17L;
        for (var id : ids) {
            hash = mix(hash + id);
        }
        for (int id = 0; id < row.length; id++) {
            row[id] = (mix(hash ^ (id * 0x9E3779B97F4A7C15L)) >>> 40) / (float) (1 << 22);
        }
        return row;
    }

    private static long mix(long value) {
        var mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    @Override
    public GptjConfig config() {
        return config;
    }

    @Override
    public EngineLimits limits() {
        return limits;
    }

    @Override
    public int open() {
        for (int slot = 0; slot < slots.length; slot++) {
            if (slots[slot] == null) {
                slots[slot] = new Sequence();
                return slot;
            }
        }
        throw new EngineCapacityException("all " + slots.length + " slots are taken");
    }

    @Override
    public int fork(int slot, int length) {
        var parent = sequence(slot);
        if (length > parent.ids.size()) {
            throw new IllegalArgumentException("slot " + slot + " has " + parent.ids.size() + " tokens, not " + length);
        }
        var child = open();
        slots[child].ids.addAll(parent.ids.subList(0, length));
        for (var block : parent.blocks.subList(0, Math.ceilDiv(length, limits.kvBlockTokens()))) {
            block.owners++;
            slots[child].blocks.add(block);
        }
        return child;
    }

    @Override
    public int length(int slot) {
        return sequence(slot).ids.size();
    }

    @Override
    public void truncate(int slot, int length) {
        var sequence = sequence(slot);
        sequence.ids.subList(length, sequence.ids.size()).clear();
        var kept = Math.ceilDiv(length, limits.kvBlockTokens());
        while (sequence.blocks.size() > kept) {
            release(sequence.blocks.removeLast());
        }
    }

    @Override
    public void free(int slot) {
        sequence(slot).blocks.forEach(this::release);
        slots[slot] = null;
    }

    @Override
    public int freeKvTokens() {
        return limits.kvTokens() - usedBlocks * limits.kvBlockTokens();
    }

    @Override
    public Logits step(List<Chunk> chunks) {
        check(chunks);
        steps.add(chunks);
        if (failures > 0) {
            failures--;
            throwFailure();
        }
        var rows = chunks.stream().mapToInt(Chunk::logitRows).sum();
        var values = new float[rows * config.vocabularySize()];
        var row = 0;
        for (var chunk : chunks) {
            for (int i = 0; i < chunk.ids().length; i++) {
                append(sequence(chunk.slot()), chunk.ids()[i]);
                if (i >= chunk.firstLogit()) {
                    var ids = sequence(chunk.slot()).ids.stream()
                            .mapToInt(Integer::intValue)
                            .toArray();
                    var size = config.vocabularySize();
                    System.arraycopy(logitsAfter(ids), 0, values, row++ * size, size);
                }
            }
        }
        return new Logits(values, rows, config.vocabularySize());
    }

    private void throwFailure() {
        switch (failure) {
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            default -> throw new AssertionError(failure);
        }
    }

    private void check(List<Chunk> chunks) {
        var seen = new HashSet<Integer>();
        for (var chunk : chunks) {
            if (!seen.add(chunk.slot())) {
                throw new IllegalArgumentException("two chunks for slot " + chunk.slot());
            }
            if (length(chunk.slot()) + chunk.ids().length > limits.contextLength()) {
                throw new IllegalArgumentException("slot " + chunk.slot() + " outgrows the context");
            }
        }
        var ids = chunks.stream().mapToInt(chunk -> chunk.ids().length).sum();
        var rows = chunks.stream().mapToInt(Chunk::logitRows).sum();
        if (ids == 0 || ids > limits.stepTokens() || rows > limits.stepLogits()) {
            throw new IllegalArgumentException("a step of " + ids + " ids and " + rows + " logit rows");
        }
    }

    private void append(Sequence sequence, int id) {
        var inBlock = sequence.ids.size() % limits.kvBlockTokens();
        if (inBlock == 0) {
            sequence.blocks.add(allocate());
        } else if (sequence.blocks.getLast().owners > 1) {
            sequence.blocks.removeLast().owners--;
            sequence.blocks.add(allocate());
        }
        sequence.ids.add(id);
    }

    private Block allocate() {
        if (freeKvTokens() < limits.kvBlockTokens()) {
            throw new EngineCapacityException("all KV memory, " + limits.kvTokens() + " tokens, is taken");
        }
        usedBlocks++;
        return new Block();
    }

    private void release(Block block) {
        if (--block.owners == 0) {
            usedBlocks--;
        }
    }

    private Sequence sequence(int slot) {
        if (slots[slot] == null) {
            throw new IllegalArgumentException("slot " + slot + " is free");
        }
        return slots[slot];
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("nothing to close");
    }

    private static final class Sequence {
        private final List<Integer> ids = new ArrayList<>();
        private final List<Block> blocks = new ArrayList<>();
    }

    private static final class Block {
        private int owners = 1;
    }
}
