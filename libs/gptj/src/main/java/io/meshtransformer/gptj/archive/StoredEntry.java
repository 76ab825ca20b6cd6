package io.meshtransformer.gptj.archive;

/**
 * A file inside an archive, stored as it is.
 *
 * @param begin offset of its first byte in the archive
 * @param bytes its size
 * @param crc CRC-32 of its bytes, as the archive says
 */
public record StoredEntry(String name, long begin, long bytes, int crc) {}
