package io.meshtransformer.stablehlo.print;

import static io.meshtransformer.stablehlo.sharding.Axis.axis;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.by;
import static io.meshtransformer.stablehlo.sharding.DimensionSharding.whole;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.Donation;
import io.meshtransformer.stablehlo.sharding.Mesh;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Texts as StableHLO's and Shardy's parsers took them. */
class PrinterTest {
    @Test
    void printsShardingsAndDonation() {
        var program = ProgramBuilder.program("layer", Mesh.of(axis("dp", 2), axis("mp", 4)));
        var main = program.function("main");
        var x = main.argument(
                "x",
                TensorType.of(ElementType.BF16, 8, 16),
                Optional.of(Sharding.of(by("dp"), whole())),
                Donation.DONATED);
        var w = main.argument("h.0.w", TensorType.of(ElementType.BF16, 16, 32), Sharding.split(2, 1, "mp"));
        var product = main.shardingConstraint(main.matmul(x, w), Sharding.of(by("dp"), by("mp")));
        main.result("y", main.reduce(BinaryFunction.MAXIMUM, product, 1)).build();
        assertThat(program.build().toMlir()).isEqualTo("""
                module @layer attributes {mhlo.num_partitions = 8 : i32, mhlo.num_replicas = 1 : i32} {
                  sdy.mesh @mesh = <["dp"=2, "mp"=4]>
                  func.func public @main(%x: tensor<8x16xbf16> {jax.buffer_donor = true, sdy.sharding = #sdy.sharding<@mesh, [{"dp"}, {}]>}, %h.0.w: tensor<16x32xbf16> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"mp"}]>}) -> (tensor<8xbf16>) {
                    %0 = stablehlo.dot_general %x, %h.0.w, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<8x16xbf16>, tensor<16x32xbf16>) -> tensor<8x32xbf16>
                    %1 = sdy.sharding_constraint %0 <@mesh, [{"dp"}, {"mp"}]> : tensor<8x32xbf16>
                    %2 = stablehlo.constant dense<0xFF80> : tensor<bf16>
                    %3 = stablehlo.reduce(%1 init: %2) applies stablehlo.maximum across dimensions = [1] : (tensor<8x32xbf16>, tensor<bf16>) -> tensor<8xbf16>
                    return %3 : tensor<8xbf16>
                  }
                }
                """);
    }

    @Test
    void printsAScanAsALoop() {
        var program = ProgramBuilder.program("sums");
        var main = program.function("main");
        var x = main.argument("x", TensorType.of(ElementType.F32, 2));
        var rows = main.argument("rows", TensorType.of(ElementType.F32, 3, 2));
        var sums = main.scan(3, List.of(x), List.of(rows), (block, _, carries, slices) -> {
            var next = block.add(carries.getFirst(), slices.getFirst());
            return List.of(next, next);
        });
        main.result("last", sums.get(0)).result("all", sums.get(1)).build();
        assertThat(program.build().toMlir()).isEqualTo("""
                module @sums attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
                  func.func public @main(%x: tensor<2xf32>, %rows: tensor<3x2xf32>) -> (tensor<2xf32>, tensor<3x2xf32>) {
                    %0 = stablehlo.constant dense<0> : tensor<i32>
                    %1 = stablehlo.constant dense<0.0> : tensor<3x2xf32>
                    %2:3 = stablehlo.while(%3 = %0, %4 = %x, %5 = %1) : tensor<i32>, tensor<2xf32>, tensor<3x2xf32>
                    cond {
                      %6 = stablehlo.constant dense<3> : tensor<i32>
                      %7 = stablehlo.compare LT, %3, %6, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
                      stablehlo.return %7 : tensor<i1>
                    } do {
                      %8 = stablehlo.constant dense<0> : tensor<i32>
                      %9 = stablehlo.dynamic_slice %rows, %3, %8, sizes = [1, 2] : (tensor<3x2xf32>, tensor<i32>, tensor<i32>) -> tensor<1x2xf32>
                      %10 = stablehlo.reshape %9 : (tensor<1x2xf32>) -> tensor<2xf32>
                      %11 = stablehlo.add %4, %10 : tensor<2xf32>
                      %12 = stablehlo.constant dense<1> : tensor<i32>
                      %13 = stablehlo.add %3, %12 : tensor<i32>
                      %14 = stablehlo.reshape %11 : (tensor<2xf32>) -> tensor<1x2xf32>
                      %15 = stablehlo.constant dense<0> : tensor<i32>
                      %16 = stablehlo.dynamic_update_slice %5, %14, %3, %15 : (tensor<3x2xf32>, tensor<1x2xf32>, tensor<i32>, tensor<i32>) -> tensor<3x2xf32>
                      stablehlo.return %13, %11, %16 : tensor<i32>, tensor<2xf32>, tensor<3x2xf32>
                    }
                    return %2#1, %2#2 : tensor<2xf32>, tensor<3x2xf32>
                  }
                }
                """);
    }

    /** As a parser reads: a decimal as fp64, then rounded to the type. */
    @Property
    void floatsAreReadBackBitByBit(@ForAll int bits) {
        var literal = Literal.ofBits(TensorType.scalar(ElementType.F32), bits & 0xffff_ffffL);
        var text = LiteralText.of(literal);
        var read = text.startsWith("0x")
                ? Integer.parseUnsignedInt(text.substring(2), 16)
                : Float.floatToRawIntBits((float) Double.parseDouble(text));
        assertThat(read).isEqualTo(bits);
    }

    @Property
    void bfloat16sAreReadBackBitByBit(@ForAll short bits) {
        var type = TensorType.scalar(ElementType.BF16);
        var text = LiteralText.of(Literal.ofBits(type, bits & 0xffffL));
        var read = text.startsWith("0x")
                ? Long.parseLong(text.substring(2), 16)
                : Literal.splat(type, Double.parseDouble(text)).bits(0);
        assertThat(read).isEqualTo(bits & 0xffffL);
    }

    @Test
    void quotesWhatACustomCallIsTold() {
        var program = ProgramBuilder.program("quoted");
        var main = program.function("main");
        main.customCall("target", List.of(), List.of(), "{\"k\": \"\\\n\"}");
        main.build();
        assertThat(program.build().toMlir())
                .contains("stablehlo.custom_call @target() {api_version = 2 : i32, backend_config ="
                        + " \"{\\22k\\22: \\22\\5C\\0A\\22}\", has_side_effect = false} : () -> ()");
    }
}
