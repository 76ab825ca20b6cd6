package io.meshtransformer.gptj.safetensors;

/**
 * Where a tensor lies in its file.
 *
 * @param begin offset of its first byte from the start of the file
 * @param end offset after its last byte
 */
public record TensorEntry(String name, DataType type, Shape shape, long begin, long end) {}
