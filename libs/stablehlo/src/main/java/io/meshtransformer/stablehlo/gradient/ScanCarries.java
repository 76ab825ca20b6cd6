package io.meshtransformer.stablehlo.gradient;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.Scan;
import io.meshtransformer.stablehlo.ir.Statement;
import io.meshtransformer.stablehlo.ir.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/** What the way back through a scan has to know of its carries. */
final class ScanCarries {
    private ScanCarries() {}

    /** Places of carries that change when what is active outside does, in the first step or in a later one. */
    static List<Integer> active(Scan scan, Sweep sweep) {
        var body = scan.body();
        var roots = new HashSet<Value>();
        body.captures().stream().filter(sweep::needs).forEach(roots::add);
        var operands = scan.operands();
        for (var i = 0; i < operands.size(); i++) {
            if (sweep.needs(operands.get(i))) {
                roots.add(body.arguments().get(1 + i));
            }
        }
        while (true) {
            var inside = Activity.of(body.statements(), roots);
            var reached = IntStream.range(0, scan.carries().size())
                    .filter(place -> inside.contains(body.returned().get(place)))
                    .mapToObj(place -> body.arguments().get(1 + place))
                    .toList();
            if (!roots.addAll(reached)) {
                return IntStream.range(0, scan.carries().size())
                        .filter(place -> roots.contains(body.arguments().get(1 + place)))
                        .boxed()
                        .toList();
            }
        }
    }

    /** Whether every step hands on what it got. */
    static boolean isConstant(Scan scan, int place) {
        return scan.body().returned().get(place).equals(scan.body().arguments().get(1 + place));
    }

    /**
     * Carries as each step took them, stacked; a constant one as it is. The scan is made to yield those that it doesn't.
     */
    static List<Value> kept(BlockBuilder block, Scan scan, Statement statement, List<Integer> places) {
        var carries = scan.carries().size();
        var body = scan.body();
        var yielded =
                new ArrayList<>(body.returned().subList(carries, body.returned().size()));
        var missing = places.stream()
                .filter(place -> !isConstant(scan, place))
                .map(place -> body.arguments().get(1 + place))
                .filter(argument -> !yielded.contains(argument))
                .toList();
        var results = new ArrayList<>(statement.results());
        if (!missing.isEmpty()) {
            var returned = new ArrayList<>(body.returned());
            returned.addAll(missing);
            var longer = new Block(body.arguments(), body.statements(), returned);
            results.addAll(block.tape()
                    .extend(
                            statement,
                            new Scan(scan.steps(), scan.reversed(), scan.carries(), scan.stacked(), longer)));
            yielded.addAll(missing);
        }
        return places.stream()
                .map(place -> isConstant(scan, place)
                        ? scan.carries().get(place)
                        : results.get(carries + yielded.indexOf(body.arguments().get(1 + place))))
                .toList();
    }
}
