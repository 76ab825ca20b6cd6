package io.meshtransformer.pjrt;

import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.PjrtStructs;

/**
 * A memory that devices can address.
 *
 * @param kind the platform's name for it: "device", "pinned_host"
 */
public record MemorySpace(int id, String kind) {
    static MemorySpace read(PjrtApi api, Pointer memory) {
        try (var scope = new NativeScope()) {
            var id = scope.struct(PjrtStructs.MEMORY_ID).setPointer("memory", memory);
            api.call(id);
            var kind = scope.struct(PjrtStructs.MEMORY_KIND).setPointer("memory", memory);
            api.call(kind);
            return new MemorySpace(id.getInt("id"), kind.getText("kind", "kind_size"));
        }
    }
}
