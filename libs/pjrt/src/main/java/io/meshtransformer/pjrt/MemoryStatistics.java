package io.meshtransformer.pjrt;

import io.meshtransformer.pjrt.c.NativeStruct;
import java.util.OptionalLong;

/** What a device's allocator counts, in bytes; platforms leave out what they don't know. */
public record MemoryStatistics(
        long bytesInUse,
        OptionalLong peakBytesInUse,
        OptionalLong allocations,
        OptionalLong largestAllocation,
        OptionalLong bytesLimit,
        OptionalLong bytesReserved,
        OptionalLong largestFreeBlock,
        OptionalLong poolBytes) {

    static MemoryStatistics read(NativeStruct struct) {
        return new MemoryStatistics(
                struct.getLong("bytes_in_use"),
                optional(struct, "peak_bytes_in_use"),
                optional(struct, "num_allocs"),
                optional(struct, "largest_alloc_size"),
                optional(struct, "bytes_limit"),
                optional(struct, "bytes_reserved"),
                optional(struct, "largest_free_block_bytes"),
                optional(struct, "pool_bytes"));
    }

    private static OptionalLong optional(NativeStruct struct, String field) {
        return struct.getBoolean(field + "_is_set") ? OptionalLong.of(struct.getLong(field)) : OptionalLong.empty();
    }
}
