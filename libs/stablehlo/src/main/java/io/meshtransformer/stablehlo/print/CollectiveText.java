package io.meshtransformer.stablehlo.print;

import io.meshtransformer.stablehlo.ir.Collective;
import io.meshtransformer.stablehlo.ir.ReplicaGroups;
import java.util.List;

/** Attributes of collectives. */
final class CollectiveText {
    private CollectiveText() {}

    static String groups(ReplicaGroups groups) {
        return "replica_groups = " + matrix(groups.groups(), groups.size()) + channel(groups.channel())
                + (groups.globalIds() ? ", use_global_device_ids" : "");
    }

    /** An exchange has no attribute for global ids. */
    static String exchange(Collective.AllToAll exchange) {
        var groups = exchange.groups();
        return "split_dimension = " + exchange.splitDimension() + " : i64, concat_dimension = "
                + exchange.concatDimension() + " : i64, split_count = " + groups.size() + " : i64, replica_groups = "
                + matrix(groups.groups(), groups.size()) + channel(groups.channel());
    }

    static String pairs(Collective.CollectivePermute permute) {
        return "source_target_pairs = " + matrix(permute.pairs(), 2) + channel(permute.channel());
    }

    private static String channel(int channel) {
        return channel == 0 ? "" : ", channel_handle = #stablehlo.channel_handle<handle = " + channel + ", type = 1>";
    }

    private static String matrix(List<List<Integer>> rows, int width) {
        return "dense<" + (rows.isEmpty() ? "" : rows) + "> : tensor<" + rows.size() + "x" + width + "xi64>";
    }
}
