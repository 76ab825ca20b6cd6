package io.meshtransformer.pjrt;

import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.c.NativeScope;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The arguments of a run, held while the plugin takes them. */
final class HeldArguments implements AutoCloseable {
    private final List<List<Buffer>> arguments;
    private final List<List<NativeHandle.Use>> uses = new ArrayList<>();

    /** @throws PjrtException.Closed if one of them is closed or was donated */
    HeldArguments(List<List<Buffer>> arguments) {
        this.arguments = arguments;
        try {
            for (var list : arguments) {
                var held = new ArrayList<NativeHandle.Use>(list.size());
                uses.add(held);
                list.forEach(buffer -> held.add(buffer.use()));
            }
        } catch (PjrtException.Closed closed) {
            close();
            throw closed;
        }
    }

    /** {@code PJRT_Buffer***}: for each device the addresses of its arguments. */
    Pointer lists(NativeScope scope) {
        return scope.pointers(uses.stream()
                .map(list -> scope.pointers(
                        list.stream().map(NativeHandle.Use::pointer).toArray(Pointer[]::new)))
                .toArray(Pointer[]::new));
    }

    /** Places of the arguments that the run consumed, by those of the first device. */
    BitSet deletedOnFirstDevice() {
        var deleted = new BitSet();
        for (var index = 0; index < arguments.getFirst().size(); index++) {
            deleted.set(
                    index,
                    arguments.getFirst().get(index).isDeleted(uses.getFirst().get(index)));
        }
        return deleted;
    }

    /** Closes the arguments at these places on all devices. */
    void donate(BitSet places) {
        arguments.forEach(
                list -> places.stream().forEach(place -> list.get(place).donate()));
    }

    /** Closes whatever the run consumed. */
    void donateDeleted() {
        for (var device = 0; device < arguments.size(); device++) {
            for (var index = 0; index < arguments.get(device).size(); index++) {
                var buffer = arguments.get(device).get(index);
                if (buffer.isDeleted(uses.get(device).get(index))) {
                    buffer.donate();
                }
            }
        }
    }

    @Override
    public void close() {
        uses.forEach(list -> list.forEach(NativeHandle.Use::close));
    }
}
