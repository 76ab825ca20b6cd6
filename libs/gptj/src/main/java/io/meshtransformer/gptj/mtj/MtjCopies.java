package io.meshtransformer.gptj.mtj;

import io.meshtransformer.gptj.training.StateTensor.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks at what lies in every shard whether it is there as a run leaves it. */
final class MtjCopies {
    private final List<MtjLeaf> leaves;
    private final MtjLayout layout;
    private final List<List<MtjArray>> arraysOfShards;

    /** How far copies are apart: over how many weights, how far at most, and in which. */
    private static final class Differences {
        private int weights;
        private float largest;
        private String path;

        void add(String weight, float difference) {
            if (difference > 0) {
                weights++;
                if (difference >= largest) {
                    largest = difference;
                    path = weight;
                }
            }
        }

        void report(String sentence, List<String> remarks) {
            if (weights > 0) {
                remarks.add(sentence.formatted(weights, largest, path));
            }
        }
    }

    MtjCopies(List<MtjLeaf> leaves, MtjLayout layout, List<List<MtjArray>> arraysOfShards) {
        this.leaves = leaves;
        this.layout = layout;
        this.arraysOfShards = arraysOfShards;
    }

    List<String> remarks(Map<String, Long> counters) throws IOException {
        var remarks = new ArrayList<String>();
        if (counters.values().stream().distinct().count() > 1) {
            remarks.add("the counts differ: " + counters + "; the optimiser goes on from " + MtjLayout.ADAM_COUNT);
        }
        var biases = new Differences();
        var moments = new Differences();
        var norms = new Differences();
        for (var leaf = 0; leaf < leaves.size(); leaf++) {
            switch (leaves.get(leaf)) {
                case MtjLeaf.Counter(var path) -> counter(path, leaf, remarks);
                case MtjLeaf.Weight weight -> {
                    switch (weight.split()) {
                        case SUMMED ->
                            (weight.tensor().kind() == Kind.PARAMETER ? biases : moments)
                                    .add(weight.path(), difference(weight, leaf, false));
                        case FIRST -> norms.add(weight.path(), difference(weight, leaf, true));
                        case VOCABULARY, OUTPUTS, INPUTS, PARTS -> {}
                    }
                }
            }
        }
        biases.report(
                "%d biases that should be equal in all shards are not, by at most %s (%s); their sum is taken",
                remarks);
        moments.report(
                "%d moments that should be equal in all shards are not, by at most %s (%s); those of shard 0 are taken",
                remarks);
        norms.report(
                "%d layer norms have other values in shards from 1 on than a run leaves there, by at most %s (%s);"
                        + " those of shard 0 are taken, as the model does",
                remarks);
        return remarks;
    }

    private void counter(String path, int leaf, List<String> remarks) throws IOException {
        var first = arraysOfShards.getFirst().get(leaf).counter();
        for (var shard = 1; shard < arraysOfShards.size(); shard++) {
            var other = arraysOfShards.get(shard).get(leaf).counter();
            if (other != first) {
                remarks.add(path + " is " + first + " in shard 0 and " + other + " in shard " + shard
                        + "; that of shard 0 is taken");
                return;
            }
        }
    }

    /**
     * The largest between shard 0 and any other.
     *
     * @param unused whether the others may also be as they were at the run's beginning, for the model never reads them
     */
    private float difference(MtjLeaf.Weight weight, int leaf, boolean unused) throws IOException {
        var elements = (int) layout.shape(weight).elements();
        var first = arraysOfShards.getFirst().get(leaf).vector(elements);
        var largest = 0f;
        for (var shard = 1; shard < arraysOfShards.size(); shard++) {
            var copy = arraysOfShards.get(shard).get(leaf).vector(elements);
            var apart = 0f;
            var fromStart = 0f;
            for (var i = 0; i < elements; i++) {
                apart = Math.max(apart, Math.abs(copy[i] - first[i]));
                fromStart = Math.max(fromStart, Math.abs(copy[i] - initial(weight)));
            }
            largest = Math.max(largest, unused ? Math.min(apart, fromStart) : apart);
        }
        return largest;
    }

    /** Of a layer norm, and of its moments: copies from 1 on get no gradient and don't decay, so they stay. */
    static float initial(MtjLeaf.Weight weight) {
        return weight.tensor().kind() == Kind.PARAMETER && weight.path().endsWith("/scale") ? 1 : 0;
    }
}
