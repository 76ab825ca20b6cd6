package io.meshtransformer.stablehlo;

import static io.meshtransformer.stablehlo.sharding.Axis.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.stablehlo.ProgramException.InvalidOperation;
import io.meshtransformer.stablehlo.ProgramException.InvalidSharding;
import io.meshtransformer.stablehlo.ProgramException.InvalidStructure;
import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.Donation;
import io.meshtransformer.stablehlo.ir.Scan;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Mesh;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Functions, blocks and values that fit together, and those that do not. */
class StructureTest {
    private static final TensorType VECTOR = TensorType.of(ElementType.F32, 4);

    @Test
    void refusesNamesThatMeanNothingOrTwoThings() {
        var program = ProgramBuilder.program("p");
        var main = program.function("main");
        var x = main.argument("x", VECTOR);
        structure(() -> main.argument("x", VECTOR), "function main has an argument x already");
        structure(() -> main.argument("0", VECTOR), "\"0\" is no name: letters, digits, _, $ and ., no digit first");
        main.result("y", x);
        structure(() -> main.result("y", x), "function main has a result y already");
        main.build();
        structure(() -> program.function("main").build(), "program p has a function main already");
    }

    @Test
    void needsAMain() {
        var program = ProgramBuilder.program("p");
        program.function("helper").build();
        structure(program::build, "program p must end with the function main, it has [helper]");
    }

    @Test
    void addsNothingToAFunctionThatIsFinished() {
        var main = ProgramBuilder.program("p").function("main");
        var x = main.argument("x", VECTOR);
        main.build();
        structure(() -> main.negate(x), "the block is finished, nothing can be added to it");
    }

    @Test
    void aliasesAnArgumentToAResultOfItsType() {
        structure(() -> aliased(1, VECTOR), "argument x of main is to become result 1, there are 1");
        structure(
                () -> aliased(0, TensorType.of(ElementType.F32, 2)),
                "argument x of main is tensor<2xf32> and cannot become result 0, which is tensor<4xf32>");
        assertThat(aliased(0, VECTOR)).contains("%x: tensor<4xf32> {tf.aliasing_output = 0 : i32}");
    }

    private static String aliased(int result, TensorType type) {
        var program = ProgramBuilder.program("p");
        var main = program.function("main");
        main.argument("x", type, Optional.empty(), new Donation.Aliased(result));
        main.result("y", main.constant(VECTOR, 0)).build();
        return program.build().toMlir();
    }

    @Test
    void aValueOfAnInnerBlockIsNotSeenOutside() {
        var main = ProgramBuilder.program("p").function("main");
        var x = main.argument("x", VECTOR);
        var seen = new Value[1];
        main.scan(2, List.of(x), List.of(), (b, _, carries, _) -> {
            seen[0] = b.negate(carries.getFirst());
            return List.of(seen[0]);
        });
        assertThatThrownBy(() -> main.abs(seen[0]))
                .isInstanceOf(InvalidOperation.class)
                .hasMessage("abs(tensor<4xf32>): the value negate : tensor<4xf32> is not defined in this block or one"
                        + " that it may use values of");
        structure(
                () -> main.scan(2, List.of(x), List.of(), (_, _, _, _) -> List.of(seen[0])),
                "a block returns negate : tensor<4xf32>, which is not defined in it");
    }

    @Test
    void callsFunctionsOfItsOwnProgramAlone() {
        var foreign = ProgramBuilder.program("other").function("helper").build();
        var main = ProgramBuilder.program("p").function("main");
        assertThatThrownBy(() -> main.call(foreign))
                .isInstanceOf(InvalidOperation.class)
                .hasMessage("call(): function helper is not in this program");
    }

    @Test
    void shardsOnAMeshAlone() {
        var bare = ProgramBuilder.program("p").function("main");
        structure(
                () -> bare.argument("x", VECTOR, Sharding.replicated(1)),
                "argument x of main has a sharding, but the program has no mesh");
        var meshed = ProgramBuilder.program("p", Mesh.of(axis("mp", 8))).function("main");
        assertThatThrownBy(() -> meshed.argument("x", VECTOR, Sharding.split(1, 0, "mp")))
                .isInstanceOf(InvalidSharding.class)
                .hasMessage(
                        "argument x of main: dimension 0 of [4] has size 4, which [mp] of mesh <mp=8> cannot cut into"
                                + " 8 equal parts");
        structure(
                () -> ProgramBuilder.program("p", Mesh.of(axis("mp", 8))).partitions(4),
                "program p cannot have 4 partitions, mesh <mp=8> has 8");
    }

    @Test
    void listsWhatABlockCaptures() {
        var main = ProgramBuilder.program("p").function("main");
        var x = main.argument("x", VECTOR);
        var mask = main.argument("mask", VECTOR);
        var unused = main.argument("unused", VECTOR);
        var scan = scanOf(main.scan(
                2,
                List.of(x),
                List.of(),
                (b, _, carries, _) -> b.ifElse(
                        b.constant(Literal.of(new boolean[] {true})),
                        inner -> List.of(inner.add(mask, carries.getFirst())),
                        _ -> carries)));
        assertThat(scan.body().captures()).containsExactly(mask).doesNotContain(x, unused);
    }

    @Test
    void inlinesABlockWithItsInnerBlocks() {
        var program = ProgramBuilder.program("p");
        var main = program.function("main");
        var x = main.argument("x", VECTOR);
        var other = main.argument("other", VECTOR);
        var body = body(main, x);
        var again = main.inline(body, List.of(main.scalar(ElementType.I32, 1), other));
        main.result("y", again.getFirst()).build();
        var text = program.build().toMlir();
        // Once in the scan and once inlined, with the nested loop inside both.
        assertThat(text.split("stablehlo.while")).hasSize(4);
        assertThat(text).contains("stablehlo.sine %other");
        structure(
                () -> ProgramBuilder.program("q").function("main").inline(body, List.of()),
                "a block takes [tensor<i32>, tensor<4xf32>], not []");
    }

    private static Block body(FunctionBuilder main, Value x) {
        return scanOf(main.scan(2, List.of(x), List.of(), (b, index, carries, _) -> {
                    var sine = b.sine(carries.getFirst());
                    return b.scan(
                            3,
                            List.of(sine),
                            List.of(),
                            (inner, _, innerCarries, _) -> List.of(inner.multiply(
                                    innerCarries.getFirst(),
                                    inner.broadcast(inner.convert(index, ElementType.F32), 4))));
                }))
                .body();
    }

    private static Scan scanOf(List<Value> results) {
        return (Scan) results.getFirst().definedBy().orElseThrow();
    }

    private static void structure(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidStructure.class).hasMessage(message);
    }
}
