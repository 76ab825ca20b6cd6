package io.meshtransformer.stablehlo.sharding;

import static io.meshtransformer.stablehlo.sharding.Axis.axis;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.open;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.stablehlo.ProgramException.InvalidSharding;
import io.meshtransformer.stablehlo.type.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ShardingTest {
    private static final Mesh MESH = Mesh.of(axis("dp", 2), axis("mp", 4));

    /** Every element is held by as many devices as there are along the axes that the sharding does not use. */
    @Property(tries = 300)
    void shardsTileTheTensor(
            @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 1, max = 4) Integer> axes,
            @ForAll @IntRange(max = 3) int rank,
            @ForAll long seed) {
        var random = new Random(seed);
        var mesh = new Mesh(numbered(axes));
        var cut = new ArrayList<List<String>>();
        for (var i = 0; i < rank; i++) {
            cut.add(new ArrayList<>());
        }
        var copies = 1;
        var shuffled = new ArrayList<>(mesh.axes());
        Collections.shuffle(shuffled, random);
        for (var axis : shuffled) {
            var dimension = random.nextInt(rank + 1);
            if (dimension == rank) {
                copies *= axis.size();
            } else {
                cut.get(dimension).add(axis.name());
            }
        }
        var sizes = cut.stream()
                .map(names -> names.stream().mapToLong(mesh::size).reduce(1 + random.nextInt(2), (a, b) -> a * b))
                .toList();
        var sharding = new Sharding(
                cut.stream().map(names -> new DimensionSharding(names, false)).toList());
        var shape = new Shape(sizes);

        var held = new int[(int) shape.elements()];
        for (var device = 0; device < mesh.devices(); device++) {
            var shard = sharding.shard(mesh, shape, device);
            assertThat(shard.shape()).isEqualTo(sharding.localShape(mesh, shape));
            count(held, shape, shard, 0, 0);
        }
        assertThat(held).containsOnly(copies);
    }

    private static void count(int[] held, Shape shape, Shard shard, int dimension, int base) {
        if (dimension == shape.rank()) {
            held[base]++;
            return;
        }
        for (var i = 0; i < shard.shape().dimension(dimension); i++) {
            var at = (int) (shard.offsets().get(dimension) + i);
            count(held, shape, shard, dimension + 1, base * (int) shape.dimension(dimension) + at);
        }
    }

    private static List<Axis> numbered(List<Integer> sizes) {
        var axes = new ArrayList<Axis>();
        sizes.forEach(size -> axes.add(axis("a" + axes.size(), size)));
        return axes;
    }

    @Test
    void numbersDevicesRowMajor() {
        var sharding = Sharding.of(by("mp"), by("dp"));
        assertThat(sharding.shard(MESH, Shape.of(8, 6), 5)).isEqualTo(new Shard(List.of(2L, 3L), Shape.of(2, 3)));
        var joint = Sharding.of(by("mp", "dp"));
        assertThat(joint.shard(MESH, Shape.of(16), 5).offsets()).containsExactly(6L);
    }

    @Test
    void isWrittenAsShardyReadsIt() {
        assertThat(Sharding.of(by("dp"), open("mp"), open(), whole(), by("dp", "mp")))
                .hasToString("[{\"dp\"}, {\"mp\", ?}, {?}, {}, {\"dp\", \"mp\"}]");
    }

    @Test
    void saysWhatDoesNotFit() {
        refused(Sharding.of(by("tp")), Shape.of(8), "there is no axis tp on mesh <dp=2, mp=4>");
        refused(Sharding.of(by("mp"), by("mp")), Shape.of(8, 8), "[{\"mp\"}, {\"mp\"}] uses axis mp twice");
        refused(
                Sharding.of(whole(), by("dp", "mp")),
                Shape.of(8, 12),
                "dimension 1 of [8x12] has size 12, which [dp, mp] of mesh <dp=2, mp=4> cannot cut into 8 equal parts");
        refused(Sharding.replicated(1), Shape.of(8, 8), "[{}] is for rank 1, the tensor [8x8] has rank 2");
        assertThatThrownBy(() -> Sharding.replicated(1).shard(MESH, Shape.of(1), 8))
                .isInstanceOf(InvalidSharding.class)
                .hasMessage("there is no device 8 on mesh <dp=2, mp=4>, which has 8");
    }

    @Test
    void refusesAMeshThatIsNone() {
        assertThatThrownBy(() -> Mesh.of(axis("dp", 2), axis("dp", 4)))
                .isInstanceOf(InvalidSharding.class)
                .hasMessage("mesh [dp=2, dp=4] names axis dp twice");
        assertThatThrownBy(() -> axis("mp", 0)).hasMessage("axis mp has size 0, it must be at least 1");
        assertThatThrownBy(() -> axis("m-p", 2)).isInstanceOf(InvalidSharding.class);
        assertThatThrownBy(Mesh::of).hasMessage("a mesh needs at least one axis");
    }

    private static void refused(Sharding sharding, Shape shape, String message) {
        assertThatThrownBy(() -> sharding.validate(MESH, shape))
                .isInstanceOf(InvalidSharding.class)
                .hasMessage(message);
    }
}
