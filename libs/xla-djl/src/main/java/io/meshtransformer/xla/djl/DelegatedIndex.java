package io.meshtransformer.xla.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexAll;
import ai.djl.ndarray.index.dim.NDIndexBooleans;
import ai.djl.ndarray.index.dim.NDIndexElement;
import ai.djl.ndarray.index.dim.NDIndexFixed;
import ai.djl.ndarray.index.dim.NDIndexNull;
import ai.djl.ndarray.index.dim.NDIndexSlice;
import ai.djl.ndarray.index.dim.NDIndexTake;
import java.util.ArrayList;

/** An index as the other engine can take it: with the arrays in it handed over. */
final class DelegatedIndex {
    private final NDManager manager;
    private final ArrayList<String> items = new ArrayList<>();
    private final ArrayList<NDArray> arrays = new ArrayList<>();

    private DelegatedIndex(NDManager manager) {
        this.manager = manager;
    }

    /** @param manager the other engine's, guarded */
    static NDIndex of(NDIndex index, NDManager manager) {
        var delegated = new DelegatedIndex(manager);
        index.getIndices().forEach(delegated::add);
        if (index.getEllipsisIndex() >= 0) {
            delegated.items.add(index.getEllipsisIndex(), "...");
        }
        return new NDIndex(String.join(",", delegated.items), delegated.arrays.toArray());
    }

    private void add(NDIndexElement element) {
        switch (element) {
            case NDIndexAll _ -> items.add(":");
            case NDIndexNull _ -> items.add("null");
            case NDIndexFixed fixed -> items.add(String.valueOf(fixed.getIndex()));
            case NDIndexSlice slice ->
                items.add(number(slice.getMin()) + ":" + number(slice.getMax())
                        + (slice.getStep() == null ? "" : ":" + slice.getStep()));
            case NDIndexBooleans booleans -> add(booleans.getIndex());
            case NDIndexTake take -> add(take.getIndex());
            default ->
                throw new UnsupportedOperationException(
                        "an index with a " + element.getClass().getSimpleName() + " is not done on XLA arrays");
        }
    }

    private void add(NDArray array) {
        items.add("{}");
        arrays.add(manager.from(array));
    }

    private static String number(Long number) {
        return number == null ? "" : number.toString();
    }
}
